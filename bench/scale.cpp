// What a training costs as one thing about it grows, for bench/scale.py: each call measures one point in a process of
// its own and prints it as one JSON object.
//
//   music HOURS FOLDER                fills FOLDER with music of so many hours: files that hold no sound, and a cache
//                                     that holds their features
//   train FOLDER STEPS FORMULATION    trains that many steps on it by the formulation's recipe: processor time until
//                                     the first step is done, and of a step; the most memory
//   fetch FOLDER THREADS FORMULATION  reads the sequences of coming steps, as a training does whose music does not fit
//   step FRAMES SIDE ITERATIONS THREADS
//
// Processor time is what other programs disturb least; time on the wall is given beside it.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include "bench/case.h"
#include "bench/made_up_music.h"
#include "host/dataset/extraction.h"
#include "host/dataset/feature_cache.h"
#include "host/dataset/statistics.h"
#include "host/io/folder.h"
#include "host/train/job.h"
#include "host/train/options.h"

namespace fractalsync::bench {
namespace {

namespace fs = std::filesystem;

constexpr double kFramesAnHour = 3600.0 * kSampleRate / kHop;
constexpr int kSequenceLength = 128;

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
/// Of all threads of this process.
double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// Medians of what passes between calls of lap().
class Laps {
 public:
  void lap() {
    const double wall = wall_seconds(), processor = processor_seconds();
    if (begun_) {
      wall_.push_back(wall - wall_before_);
      processor_.push_back(processor - processor_before_);
    }
    begun_ = true;
    wall_before_ = wall;
    processor_before_ = processor;
  }
  double wall_ms() const { return 1e3 * median(wall_); }
  double processor_ms() const { return 1e3 * median(processor_); }

 private:
  static double median(std::vector<double> values) {
    FS_CHECK(!values.empty());
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
  }

  bool begun_ = false;
  double wall_before_ = 0, processor_before_ = 0;
  std::vector<double> wall_, processor_;
};

MusicOptions options_for(const fs::path& folder) {
  MusicOptions options;
  options.folder = folder / "music";
  options.cache = folder / "cache";
  options.threads = 1;
  return options;
}

/// Tracks of an hour, or two that share less than two hours.
void make_music(double hours, const fs::path& folder) {
  const MusicOptions options = options_for(folder);
  make_folders(options.folder);
  FeatureCache cache(options.cache, [](const std::string& why) { throw Error(why); });
  const int tracks = std::max(2, static_cast<int>(std::lround(hours)));
  for (int k = 0; k < tracks; ++k) {
    const fs::path audio = options.folder / (std::to_string(k) + ".wav");
    std::ofstream(audio) << "No sound: what a training needs of it is in the cache.\n";
    const std::string key = FeatureCache::key(audio, extractor_configuration(FeatureDefinition::fractalsync, "cpu"));
    cache.store(key, made_up_features(static_cast<std::uint64_t>(k), std::llround(hours / tracks * kFramesAnHour)));
  }
}

class StepWatch : public JobObserver {
 public:
  StepWatch(std::int64_t steps, std::atomic<bool>& stop) : steps_(steps), stop_(stop) {}
  void files_done(std::int64_t, std::int64_t) override {}
  void music_ready(const Music& music, const TrainingState&) override {
    for (const TrackFeatures& track : music.tracks) frames += track.frames();
  }
  void stepped(Trainer&) override {
    if (ready_s == 0) ready_s = processor_seconds();
    laps.lap();
    if (--steps_ <= 0) stop_ = true;
  }
  void saved(const fs::path&) override {}
  TrackJudged judging(const TrainingState&) override { return {}; }

  std::int64_t frames = 0;
  double ready_s = 0;  ///< processor time when the first step was done
  Laps laps;

 private:
  std::int64_t steps_;
  std::atomic<bool>& stop_;
};

Formulation formulation_named(const std::string& name) {
  for (const Formulation formulation : {Formulation::plain, Formulation::atlas})
    if (name == kFormulationNames[static_cast<int>(formulation)]) return formulation;
  throw Error("there is no formulation '" + name + "'");
}

void train(const fs::path& folder, std::int64_t steps, Formulation formulation) {
  JobOptions job;
  job.music = options_for(folder);
  job.save_dir = folder / "run";
  set_formulation(job.config, formulation);
  job.config.epochs = 1'000'000;  // far enough away that no judgement falls among the steps
  std::atomic<bool> stop{false};
  StepWatch watch(steps, stop);
  const std::unique_ptr<Backend> backend = make_cpu_backend(1);
  run_training_job(*backend, job, watch, stop);
  std::printf("{\"hours\": %.6g, \"ready_s\": %.6g, \"step_ms\": %.6g, \"wall_ms\": %.6g, \"peak_mb\": %.6g}\n",
              static_cast<double>(watch.frames) / kFramesAnHour, watch.ready_s, watch.laps.processor_ms(),
              watch.laps.wall_ms(), peak_megabytes());
}

/// A training's own way from `folder` to the sequences of its steps, with a bound of nothing.
void fetch(const fs::path& folder, int threads) {
  const std::unique_ptr<Backend> backend = make_cpu_backend(threads);
  const std::atomic<bool> stop{false};
  const WindowSpec window;
  const Music music = load_music(
      *backend, options_for(folder), window, [](std::int64_t, std::int64_t) {}, stop);
  const std::vector<TrackVersion> tracks = as_recorded(music.tracks);
  SequenceSource source(*backend, window, take_statistics(*backend, window, tracks), tracks, {2, kSequenceLength}, 0,
                        0);
  Laps laps;
  std::int64_t step = 0;
  laps.lap();
  for (int k = 0; k < 20; ++k) {
    source.prepare(step);
    step += source.steps_at_once();
    laps.lap();
  }
  std::printf("{\"steps\": %lld, \"fetch_ms\": %.6g, \"wall_ms\": %.6g}\n",
              static_cast<long long>(source.steps_at_once()), laps.processor_ms(), laps.wall_ms());
}

void step(int frames, int side, int iterations, int threads) {
  Sizes sizes;
  sizes.length = kSequenceLength;
  sizes.sequences = frames / kSequenceLength;
  sizes.side = side;
  sizes.iterations = iterations;
  const std::unique_ptr<Backend> backend = make_cpu_backend(threads);
  const Prepared prepared = training_step(sizes, sizes.sequences, sizes.iterations).prepare(*backend);
  for (int k = 0; k < 3; ++k) prepared.run();
  Laps laps;
  const double end = processor_seconds() + 1;
  for (int runs = 0; runs < 6 || processor_seconds() < end; ++runs) {
    laps.lap();
    prepared.run();
  }
  std::printf("{\"step_ms\": %.6g, \"wall_ms\": %.6g, \"peak_mb\": %.6g}\n", laps.processor_ms(), laps.wall_ms(),
              peak_megabytes());
}

int measure(const std::vector<std::string>& words) {
  if (words.size() == 3 && words[0] == "music")
    make_music(std::stod(words[1]), words[2]);
  else if (words.size() == 4 && words[0] == "train")
    train(words[1], std::stoll(words[2]), formulation_named(words[3]));
  else if (words.size() == 3 && words[0] == "fetch")
    fetch(words[1], std::stoi(words[2]));
  else if (words.size() == 5 && words[0] == "step")
    step(std::stoi(words[1]), std::stoi(words[2]), std::stoi(words[3]), std::stoi(words[4]));
  else
    return 2;
  return 0;
}

}  // namespace
}  // namespace fractalsync::bench

int main(int argc, char** argv) {
  try {
    const int status = fractalsync::bench::measure({argv + 1, argv + argc});
    if (status != 0) std::fputs("usage: see the head of bench/scale.cpp\n", stderr);
    return status;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "scale: %s\n", error.what());
    return 1;
  }
}
