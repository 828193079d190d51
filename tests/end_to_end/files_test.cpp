// What the commands leave behind and print, as other programs read it.
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "host/checkpoint/checkpoint.h"
#include "host/io/atomic_file.h"
#include "host/io/npy.h"
#include "workshop.h"

namespace fractalsync {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::Finished;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

class Files : public test::Workshop {
 protected:
  void SetUp() override { make_music("music", 3); }

  Finished train(const test::Words& more) {
    Finished run = this->run(small_training("music", more));
    EXPECT_EQ(run.status, 0) << run.err;
    return run;
  }
  std::set<std::string> names(const std::string& folder) {
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder_ / folder)) found.insert(entry.path().filename().string());
    return found;
  }
  /// {"centroid_hue": r or null, ...} and nothing else.
  static void expect_correlations(const json& c) {
    ASSERT_EQ(c.size(), 4u) << c;
    for (const char* const pair : {"centroid_hue", "flux_change", "rms_change", "zcr_edges"}) {
      ASSERT_TRUE(c.contains(pair)) << c;
      if (c[pair].is_null()) continue;
      EXPECT_LE(std::abs(c[pair].get<double>()), 1) << c;
    }
  }
  /// The last line of what was printed: an evaluation of these files, in this order.
  static void expect_evaluation(const std::string& out, const std::vector<std::string>& files) {
    const json all = json::parse(lines_of(out).back());
    ASSERT_TRUE(all.is_object());
    EXPECT_EQ(all.size(), 2u);
    const json& overall = all.at("overall");
    expect_correlations(overall.at("soft"));
    expect_correlations(overall.at("hard"));
    EXPECT_TRUE(overall.at("silence_ratio").is_number() || overall.at("silence_ratio").is_null());
    ASSERT_EQ(all.at("files").size(), files.size());
    double sum = 0;
    for (std::size_t k = 0; k < files.size(); ++k) {
      const json& file = all["files"][k];
      EXPECT_EQ(file.at("path"), files[k]);
      expect_correlations(file.at("soft"));
      expect_correlations(file.at("hard"));
      sum += file["hard"]["centroid_hue"].get<double>();
    }
    // A mean of a few numbers below 1: one rounding (2^-53) for each, and one for the quotient.
    EXPECT_NEAR(overall["hard"]["centroid_hue"].get<double>(), sum / static_cast<double>(files.size()),
                std::ldexp(static_cast<double>(files.size() + 1), -53));
  }
};

TEST_F(Files, TrainingLeavesItsCheckpointsAndItsHistory) {
  train({"--epochs", "5", "--save-every", "2"});
  EXPECT_EQ(names("out"), (std::set<std::string>{"best.ckpt", "checkpoint_epoch_2.ckpt", "checkpoint_epoch_4.ckpt",
                                                 "checkpoint_epoch_5.ckpt", "training_history.json"}));
  const TrainingState end = read_checkpoint(folder_ / "out/checkpoint_epoch_5.ckpt");
  EXPECT_EQ(read_checkpoint(folder_ / "out/checkpoint_epoch_2.ckpt").finished_epochs, 2);
  const std::vector<std::string> lines = lines_of(read_file(folder_ / "out/training_history.json"));
  ASSERT_EQ(lines.size(), 5u);
  for (std::size_t k = 0; k < lines.size(); ++k) {
    const json line = json::parse(lines[k]);
    EXPECT_EQ(line.at("epoch"), static_cast<int>(k) + 1);
    for (const char* const name : {"loss", "timbre_color_loss", "transient_impact_loss", "silence_stillness_loss",
                                   "distortion_roughness_loss", "smoothness_loss", "gradient_norm", "learning_rate"})
      EXPECT_TRUE(std::isfinite(line.at(name).get<double>())) << name;
    EXPECT_EQ(line["loss"].get<double>(), end.history[k].terms[kTotalLoss]);
    EXPECT_EQ(line.at("steps"), end.steps_per_epoch);
    if (line.contains("validation")) expect_correlations(line["validation"]);
  }
  EXPECT_TRUE(json::parse(lines.back()).contains("validation")) << "the last step is always judged";
}

// To within .02: of those that are as good as the best, it is the last.
TEST_F(Files, BestIsTheBestByTheHardScore) {
  // Some hundred steps, so that there are several judgements; a high rate, so that the last is hardly the best.
  train({"--epochs", "100", "--save-every", "100", "--learning-rate", "0.05"});
  const TrainingState end = read_checkpoint(folder_ / "out/checkpoint_epoch_100.ckpt");
  ASSERT_GE(end.next_step, 300);
  double best = -2;
  int judgements = 0, best_epoch = 0;
  for (const EpochRecord& record : end.history) {
    if (!record.validation) continue;
    ++judgements;
    double score = 0;
    for (const auto& r : record.validation->pair) score += r.value_or(0) / static_cast<double>(kPairs);
    if (score > best - 0.02) best_epoch = record.epoch;
    best = std::max(best, score);
  }
  EXPECT_GE(judgements, 3);
  const TrainingState kept = read_checkpoint(folder_ / "out/best.ckpt");
  // A mean of four numbers below 1: four roundings at most on either side.
  EXPECT_NEAR(kept.best_score.value(), best, std::ldexp(8.0, -53));
  EXPECT_EQ(kept.best_score, end.best_score);
  // It was saved in that epoch: before its end, or just after it.
  EXPECT_GE(kept.finished_epochs, best_epoch - 1);
  EXPECT_LE(kept.finished_epochs, best_epoch);
}

TEST_F(Files, JsonIsTheLastLine) {
  const Finished training = train({"--json"});
  const TrainingState best = read_checkpoint(folder_ / "out/best.ckpt");
  expect_evaluation(training.out, best.validation_files);
  const Finished evaluation = run({"evaluate", "--checkpoint", "out/best.ckpt", "--data-dir", "music", "--cache-dir",
                                   "cache", "--threads", "1", "--json"});
  EXPECT_EQ(evaluation.status, 0) << evaluation.err;
  expect_evaluation(evaluation.out, {"one.wav", "three.wav", "two.wav"});
}

TEST_F(Files, ExportsBesideTheMetadata) {
  const Finished training = train({"--export-onnx", "--onnx-output-dir", "models/new"});
  EXPECT_NE(training.out.find("exported and verified models/new/model.onnx"), std::string::npos);
  EXPECT_NE(training.out.find("exported and verified models/new/pipeline.onnx"), std::string::npos);
  EXPECT_EQ(names("models/new"), (std::set<std::string>{"model.onnx", "model.onnx_metadata.json", "pipeline.onnx",
                                                        "pipeline.onnx_metadata.json"}));
  const json metadata = json::parse(read_file(folder_ / "models/new/model.onnx_metadata.json"));
  EXPECT_EQ(metadata.at("window_frames"), 10);
  EXPECT_EQ(metadata.at("feature_mean").size(), 6u);
  EXPECT_EQ(run({"export", "out/best.ckpt", "-o", "again.onnx"}).status, 0);
  EXPECT_EQ(read_file(folder_ / "again.onnx"), read_file(folder_ / "models/new/model.onnx"));
  EXPECT_EQ(run({"export", "out/best.ckpt", "--pipeline", "-o", "again.onnx"}).status, 0);
  EXPECT_EQ(read_file(folder_ / "again.onnx"), read_file(folder_ / "models/new/pipeline.onnx"));
}

TEST_F(Files, ANetworkThatHearsChangesDoesAllThatOthersDo) {
  train({"--include-delta", "--include-delta-delta", "--export-onnx", "--onnx-output-dir", "models"});
  const json metadata = json::parse(read_file(folder_ / "models/pipeline.onnx_metadata.json"));
  EXPECT_EQ(metadata.at("formulation"), "atlas");
  EXPECT_EQ(metadata.at("features_per_frame"), 18);
  for (const test::Words& words :
       {test::Words{"predict", "--checkpoint", "out/best.ckpt", "music/one.wav", "--motion", "-o", "p.npy"},
        test::Words{"evaluate", "--checkpoint", "out/best.ckpt", "--data-dir", "music", "--cache-dir", "cache"},
        test::Words{"render", "--checkpoint", "out/best.ckpt", "music/one.wav", "-o", "p.png", "--width", "16",
                    "--height", "16"}}) {
    const Finished run = this->run(words);
    EXPECT_EQ(run.status, 0) << words[0] << ": " << run.err;
  }
}

TEST_F(Files, PredictionsAreTheSameInBothFormats) {
  train({});
  for (const bool motion : {false, true}) {
    for (const char* const name : {"p.npy", "p.csv"}) {
      test::Words words = {"predict", "--checkpoint", "out/best.ckpt", "music/one.wav", "-o", name};
      if (motion) words.push_back("--motion");
      const Finished run = this->run(words);
      EXPECT_EQ(run.status, 0) << run.err;
    }
    const NpyArray<float> array = read_npy<float>(folder_ / "p.npy");
    const std::int64_t columns = motion ? 8 : 7;
    // 4 s at 22 050 Hz make 1 + 88200 / 512 frames, and as many windows of ten but for the last nine.
    ASSERT_EQ(array.shape, (std::vector<std::int64_t>{1 + 88200 / 512 - 9, columns}));
    const std::vector<std::string> lines = lines_of(read_file(folder_ / "p.csv"));
    ASSERT_EQ(lines.size(), static_cast<std::size_t>(array.dim(0)) + 1);
    EXPECT_EQ(lines[0], std::string("julia_real,julia_imag,color_hue,color_sat,color_bright,zoom,speed") +
                            (motion ? ",rotation" : ""));
    std::size_t at = 0;
    for (std::size_t row = 1; row < lines.size(); ++row) {
      std::istringstream line(lines[row]);
      for (std::string number; std::getline(line, number, ','); ++at)
        ASSERT_EQ(std::stof(number), array.values.at(at)) << "nine digits are enough for every float";
    }
    EXPECT_EQ(at, array.values.size());
    for (std::size_t k = 0; k < array.values.size(); ++k) {
      const auto column = static_cast<std::int64_t>(k) % columns;
      const float value = array.values[k];
      // c, hue to brightness, zoom (a few roundings of exp(log 10) allowed), speed, and a rotation of any size.
      const float low[] = {-2, -2, 0, 0, 0, 0.0999f, 0, -INFINITY}, high[] = {2, 2, 1, 1, 1, 10.001f, 1, INFINITY};
      EXPECT_TRUE(value >= low[column] && value <= high[column]) << value << " in column " << column;
    }
  }
}

TEST_F(Files, ExtractsOneFileOrAFolderOfThem) {
  ASSERT_EQ(run({"extract", "music/one.wav", "-o", "one.npy"}).status, 0);
  ASSERT_EQ(run({"extract", "music/one.wav", "music/two.wav", "music/three.wav", "-o", "a/b"}).status, 0);
  EXPECT_EQ(names("a/b"), (std::set<std::string>{"one.npy", "three.npy", "two.npy"}));
  EXPECT_EQ(read_file(folder_ / "one.npy"), read_file(folder_ / "a/b/one.npy"));
  EXPECT_EQ(read_npy<float>(folder_ / "one.npy").shape, (std::vector<std::int64_t>{1 + 88200 / 512, 6}));
  ASSERT_EQ(run({"extract", "music/one.wav", "-o", "one.npy", "--include-delta", "--include-delta-delta"}).status, 0);
  EXPECT_EQ(read_npy<float>(folder_ / "one.npy").dim(1), 18);
}

TEST_F(Files, BenchSaysTheSameInItsTableAndInItsFile) {
  const Finished run = this->run({"bench", "--device", "cpu", "--threads", "1", "--filter", "gather_targets,loss",
                                  "--min-time", "0.001", "--json", "figures/bench.json"});
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run.err, "");
  const json all = json::parse(read_file(folder_ / "figures/bench.json"));
  ASSERT_EQ(all.at("devices").size(), 1u);
  const json& device = all["devices"][0];
  for (const char* const peak : {"copy_bytes_per_s", "fma_flops_per_s", "fma64_flops_per_s"})
    EXPECT_GT(device.at("peaks").at(peak).get<double>(), 1e6) << peak;
  const std::vector<std::string> lines = lines_of(run.out);
  ASSERT_GE(lines.size(), 5u) << run.out;
  EXPECT_EQ(lines[0], device.at("device").get<std::string>());
  EXPECT_TRUE(lines[1].starts_with("peaks: copy ")) << lines[1];
  ASSERT_EQ(device.at("cases").size(), 2u);
  for (std::size_t k = 0; k < 2; ++k) {
    const json& one = device["cases"][k];
    const std::string& line = lines[lines.size() - 2 + k];
    EXPECT_TRUE(line.starts_with(one.at("name").get<std::string>() + " ")) << line;
    EXPECT_GT(one.at("median_s").get<double>(), 0);
    EXPECT_LE(one.at("lower_quartile_s").get<double>(), one.at("median_s").get<double>());
    EXPECT_LE(one.at("median_s").get<double>(), one.at("upper_quartile_s").get<double>());
    EXPECT_EQ(one.at("items").get<double>(), 256);
    EXPECT_GT(one.at("bytes").get<double>(), 0);
  }
  EXPECT_EQ(device["cases"][0]["name"], "gather_targets/frames:256");
  EXPECT_EQ(device["cases"][1]["name"], "loss/frames:256");
}

TEST_F(Files, HelpIsThereForEveryCommand) {
  for (const test::Words& words : std::vector<test::Words>{{"--help"},
                                                           {"train", "--help"},
                                                           {"evaluate", "--help"},
                                                           {"export", "--help"},
                                                           {"predict", "--help"},
                                                           {"render", "--help"},
                                                           {"extract", "--help"},
                                                           {"bench", "--help"},
                                                           {"devices", "--help"}}) {
    const Finished run = test::Program(command(words), folder_.path()).wait();
    EXPECT_EQ(run.status, 0);
    EXPECT_EQ(run.err, "");
    EXPECT_NE(run.out.find("Usage: "), std::string::npos) << run.out;
  }
}

TEST_F(Files, ProgressIsPlainLinesWhenPiped) {
  const Finished run = train({"--epochs", "3", "--log-level", "info"});
  EXPECT_EQ(run.err.find('\r'), std::string::npos);
  EXPECT_EQ(run.err.find('\x1b'), std::string::npos);
  EXPECT_NE(run.err.find("device: cpu"), std::string::npos);
  EXPECT_NE(run.err.find("training "), std::string::npos) << run.err;
  EXPECT_NE(run.err.find(" left"), std::string::npos) << run.err;
  EXPECT_EQ(run.err.back(), '\n');
}

}  // namespace
}  // namespace fractalsync
