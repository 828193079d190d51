// Writes, for every variant of the exported files, a folder with what the checks outside this program read:
// - model.onnx, its metadata, 1000 random windows (inputs.npy) and what the network makes of them (expected.npy);
// - pipeline.onnx, its metadata, and sounds (CLIP.wav) with what the program makes of them, as of any file: model
//   features (CLIP.features.npy) and what it draws (CLIP.motion.npy), and the state to begin with (CLIP.state.npy).
#include <cstdio>
#include <filesystem>

#include "core/check.h"
#include "host/audio/pcm_stream.h"
#include "host/dataset/model_features.h"
#include "host/evaluate/evaluation.h"
#include "host/evaluate/journey.h"
#include "host/io/atomic_file.h"
#include "host/io/npy.h"
#include "host/train/export_model.h"
#include "host/train/music.h"
#include "network.h"
#include "onnx_export/metadata.h"
#include "onnx_export/pipeline.h"
#include "onnx_export/verify.h"
#include "support/compare.h"
#include "support/sounds.h"

namespace fractalsync {
namespace {

constexpr std::int64_t kWindows = 1000;

void write_model(const std::filesystem::path& folder, const ExportModel& model) {
  write_file_atomically(folder / "model.onnx", model_bytes(model));
  write_file_atomically(folder / "model.onnx_metadata.json", metadata_json(model));
  const std::vector<float> windows = random_windows(model, kWindows, 6, 32);
  std::vector<float> visual(kWindows * kHeads);
  const Matrix<const float> input(windows.data(), kWindows, model.window.input());
  const Matrix<float> output(visual.data(), kWindows, kHeads);
  if (formulation_of(model.motion) == Formulation::plain) {
    test::native_forward(model, input, output);
  } else {
    const std::unique_ptr<Backend> backend = make_cpu_backend(2);
    network_reference(*backend, model)(input, output);
  }
  write_npy<float>(folder / "inputs.npy", {kWindows, model.window.input()}, windows);
  write_npy<float>(folder / "expected.npy", {kWindows, kHeads}, visual);
}

/// The first ten seconds of a file, at 22 050 Hz.
void write_clip(const std::filesystem::path& source, const std::filesystem::path& target) {
  std::vector<float> samples(10 * kSampleRate);
  PcmStream pcm(source);
  samples.resize(static_cast<std::size_t>(pcm.read(samples)));
  test::write_sound(target, test::SoundFormat::wav_float, kSampleRate, 1, samples);
}

void write_pipeline(const std::filesystem::path& folder, const ExportModel& model) {
  write_file_atomically(folder / "pipeline.onnx", pipeline_bytes(model));
  write_file_atomically(folder / "pipeline.onnx_metadata.json", pipeline_metadata_json(model));
  const std::filesystem::path golden = std::filesystem::path(FRACTALSYNC_GOLDEN_DIR) / "features";
  write_clip(golden / "sine_sweep.wav", folder / "sine_sweep.wav");
  write_clip(golden / "silence_chord.wav", folder / "silence_chord.wav");
  write_clip(std::filesystem::path(FRACTALSYNC_DEMO_DIR) / "06_broken_clock.ogg", folder / "broken_clock.wav");
  const std::unique_ptr<Backend> backend = make_cpu_backend(2);
  Buffer<float> parameters(backend->memory(), model.layout.parameter_size()),
      statistics(backend->memory(), model.layout.statistics_size());
  upload<float>(*backend, model.parameters, parameters.view());
  upload<float>(*backend, model.statistics, statistics.view());
  for (const std::string clip : {"sine_sweep", "silence_chord", "broken_clock"}) {
    const TrackFeatures track = load_track(*backend, folder / (clip + ".wav"), model.window);
    const TrackStore store(*backend, model.window, {{&track}}, {model.feature_mean, model.feature_std});
    const Playback playback = play(*backend, {model.layout, parameters.view(), statistics.view(), model.motion}, store,
                                   whole_tracks(store).front());
    write_npy<float>(folder / (clip + ".features.npy"), {track.frames(), model.window.features()},
                     model_features_of(*backend, model.window, track.raw.read()));
    write_npy<float>(folder / (clip + ".motion.npy"), {playback.frames, kMotionColumns}, as_drawn(playback));
    write_npy<float>(folder / (clip + ".state.npy"), {state_size(model.motion)},
                     first_state(model.motion, journey_of(clip)));
  }
}

void write_variant(const std::filesystem::path& folder, const WindowSpec& window, bool batch_norm,
                   const MotionSpec& motion = {}) {
  std::filesystem::create_directories(folder);
  const ExportModel model = test::random_model(window, batch_norm, 31, motion);
  write_model(folder, model);
  write_pipeline(folder, model);
}

}  // namespace
}  // namespace fractalsync

int main(int argc, char** argv) try {
  using fractalsync::WindowSpec;
  if (argc != 2) throw fractalsync::Error("usage: onnx_write_models FOLDER");
  const std::filesystem::path folder = argv[1];
  for (const bool batch_norm : {false, true}) {
    const std::string suffix = batch_norm ? "_norm" : "";
    fractalsync::write_variant(folder / ("base" + suffix), WindowSpec{10, false, false}, batch_norm);
    fractalsync::write_variant(folder / ("atlas" + suffix), WindowSpec{10, false, false}, batch_norm,
                               fractalsync::AtlasSpec{});
    fractalsync::write_variant(folder / ("atlas_delta_delta" + suffix), WindowSpec{10, true, true}, batch_norm,
                               fractalsync::AtlasSpec{});
    fractalsync::write_variant(folder / ("delta" + suffix), WindowSpec{10, true, false}, batch_norm);
    fractalsync::write_variant(folder / ("delta_delta" + suffix), WindowSpec{10, true, true}, batch_norm);
  }
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
