// Whole trainings from a folder to checkpoints, of music that fits into memory and of the same music when it does not.
#include "host/train/job.h"

#include <gtest/gtest.h>

#include <fstream>

#include "host/checkpoint/checkpoint.h"
#include "host/dataset/extraction.h"
#include "host/dataset/feature_cache.h"
#include "host/io/atomic_file.h"
#include "support/compare.h"
#include "support/made_up_music.h"

namespace fractalsync::test {
namespace {

/// A folder of files without sound, whose features are in the cache.
class JobTest : public testing::TestWithParam<Formulation> {
 protected:
  JobTest() {
    std::filesystem::create_directories(folder_ / "music");
    FeatureCache cache(folder_ / "cache", [](const std::string& why) { ADD_FAILURE() << why; });
    std::uint64_t seed = 1;
    for (const std::int64_t frames : {400, 30, 700, 300}) {  // the second is too short for a sequence
      const std::filesystem::path audio = folder_ / "music" / (std::to_string(seed) + ".wav");
      std::ofstream(audio) << "No sound.";
      cache.store(FeatureCache::key(audio, extractor_configuration(FeatureDefinition::fractalsync, "cpu")),
                  made_up_track(seed++, frames).raw.read());
    }
  }

  JobOptions options(const std::string& save_dir, bool fits) const {
    JobOptions options;
    options.music.folder = folder_ / "music";
    options.music.cache = folder_ / "cache";
    options.save_dir = folder_ / save_dir;
    options.save_every = 1;
    options.config.epochs = 2;
    options.config.batch_size = 64;
    options.config.sequence_length = 32;
    options.config.window.include_delta = true;
    if (GetParam() == Formulation::atlas) options.config.recipe = atlas_recipe();
    options.config.recipe.julia.side = 16;
    options.config.recipe.network.hidden = {24, 16};
    options.config.seed = 5;
    if (!fits) options.music.features_in_memory = options.music_in_memory = 0;
    return options;
  }

  /// Stops after `steps` steps; never when that is negative.
  JobResult run(const JobOptions& options, int steps = -1) const {
    class Stopping : public JobObserver {
     public:
      explicit Stopping(int steps) : steps_(steps) {}
      void files_done(std::int64_t, std::int64_t) override {}
      void music_ready(const Music&, const TrainingState&) override {}
      void stepped(Trainer&) override { stop = --steps_ == 0; }
      void saved(const std::filesystem::path&) override {}
      TrackJudged judging(const TrainingState&) override { return {}; }
      std::atomic<bool> stop{false};

     private:
      int steps_;
    } observer(steps);
    const auto backend = make_cpu_backend(1);
    return run_training_job(*backend, options, observer, observer.stop);
  }

  void expect_same_files(const std::string& a, const std::string& b) const {
    for (const char* const name :
         {"best.ckpt", "checkpoint_epoch_1.ckpt", "checkpoint_epoch_2.ckpt", "training_history.json"})
      EXPECT_TRUE(read_file(folder_ / a / name) == read_file(folder_ / b / name)) << name;
  }

  TemporaryFolder folder_;
};

TEST_P(JobTest, EndsWithTheSameBytesWhetherItsMusicFitsOrNot) {
  const JobResult fits = run(options("fits", true)), does_not = run(options("does_not", false));
  ASSERT_TRUE(fits.complete && does_not.complete);
  EXPECT_EQ(does_not.held_out.hard().pair[kFluxChange], fits.held_out.hard().pair[kFluxChange]);
  EXPECT_EQ(does_not.held_out.silence_ratio(), fits.held_out.silence_ratio());
  expect_same_files("does_not", "fits");
}

TEST_P(JobTest, ContinuesWithTheSameBytesWhenItsMusicDoesNotFit) {
  ASSERT_TRUE(run(options("unbroken", false)).complete);
  const JobResult half = run(options("broken", false), 7);
  ASSERT_FALSE(half.complete);
  JobOptions again = options("broken", false);
  again.resume = read_checkpoint(half.checkpoint);
  ASSERT_TRUE(run(again).complete);
  expect_same_files("broken", "unbroken");
}

INSTANTIATE_TEST_SUITE_P(Formulations, JobTest, testing::Values(Formulation::plain, Formulation::atlas),
                         [](const auto& each) { return kFormulationNames[static_cast<int>(each.param)]; });

}  // namespace
}  // namespace fractalsync::test
