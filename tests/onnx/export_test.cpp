// The exported model, read back by our own reader: agreement, metadata, refusal of whatever is not right.
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "core/rng.h"
#include "network.h"
#include "onnx_export/evaluate/evaluate.h"
#include "onnx_export/metadata.h"
#include "onnx_export/reader.h"
#include "onnx_export/verify.h"
#include "support/compare.h"

namespace fractalsync {

void PrintTo(const WindowSpec& window, std::ostream* out) {
  *out << window.frames << " frames of " << window.features() << " features";
}

namespace {

NetworkReference reference_of(const ExportModel& model) {
  return [&model](Matrix<const float> windows, Matrix<float> visual) {
    std::vector<double> exact(static_cast<std::size_t>(visual.rows() * visual.cols()));
    test::reference_forward(model, windows, Matrix<double>(exact.data(), visual.rows(), visual.cols()));
    std::copy(exact.begin(), exact.end(), visual.data());
  };
}

class ExportedModel : public testing::TestWithParam<std::tuple<WindowSpec, bool>> {
 protected:
  ExportModel model() const {
    return test::random_model(std::get<WindowSpec>(GetParam()), std::get<bool>(GetParam()), 11);
  }
};

// Both evaluations are in double; the file's numbers are rounded to float32 once (the scale 1 / std; with BatchNorm the
// folded weights and biases), each by up to 2^-24 of itself, 2^-24 / sqrt(3) rms. Such errors add up like a random
// walk, so that each of the five places passes on that share of a layer's rms: sqrt(5 / 3) * 2^-24 of the logits, which
// reach about 5. Six standard deviations and the steepest head, 2 tanh: 2 * 6 * sqrt(5 / 3) * 5 * 2^-24.
constexpr double kWeightRounding = 2 * 6 * 1.3 * 5 / (1 << 24);

TEST_P(ExportedModel, IsTheNetwork) {
  const ExportModel network = model();
  const OnnxModel read = read_model(model_bytes(network));
  EXPECT_EQ(read.ir_version, 8);
  EXPECT_EQ(read.opset, 17);
  const std::int64_t rows = 33;
  const std::vector<float> windows = random_windows(network, rows, 7, 3);
  const Matrix<const float> input(windows.data(), rows, network.window.input());
  std::vector<double> expected(static_cast<std::size_t>(rows * kHeads));
  test::reference_forward(network, input, Matrix<double>(expected.data(), rows, kHeads));
  EXPECT_TRUE(test::all_near(evaluate_model<double>(read, input), expected, kWeightRounding));
  EXPECT_TRUE(evaluate_model<double>(read, Matrix<const float>(windows.data(), 0, input.cols())).empty());
}

TEST_P(ExportedModel, PassesItsVerification) {
  const ExportModel network = model();
  const Verification done = verify_model(
      model_bytes(network), network,
      [&](Matrix<const float> windows, Matrix<float> visual) { test::native_forward(network, windows, visual); });
  EXPECT_GE(done.windows, 256);
  RecordProperty("tolerance", detail::concat(done.tolerance));
  RecordProperty("largest_difference", detail::concat(done.largest_difference));
  EXPECT_LE(done.tolerance, 1e-5) << "what the interface promises";
}

std::string variant_name(const testing::TestParamInfo<std::tuple<WindowSpec, bool>>& info) {
  return "f" + std::to_string(std::get<WindowSpec>(info.param).features()) +
         (std::get<bool>(info.param) ? "_norm" : "_plain");
}
INSTANTIATE_TEST_SUITE_P(Variants, ExportedModel,
                         testing::Combine(testing::Values(WindowSpec{10, false, false}, WindowSpec{10, true, false},
                                                          WindowSpec{3, true, true}),
                                          testing::Bool()),
                         variant_name);

/// A small network, so that tests can afford to break it often.
ExportModel small_model() {
  const WindowSpec window{.frames = 2};
  ExportModel model = test::random_model(window, false, 5);
  model.layout = MlpLayout(MlpSpec{.input = window.input(), .hidden = {3, 2}});
  model.parameters.resize(static_cast<std::size_t>(model.layout.parameter_size()));
  for (const TensorInfo& tensor : model.layout.parameters())
    for (std::int64_t i = 0; i < tensor.rows * tensor.cols; ++i)
      model.parameters[tensor.offset + i / tensor.cols * tensor.stride + i % tensor.cols] = 0.1f * float(i % 7) - 0.2f;
  return model;
}

// What a wrong export would look like: verification must see each one.
TEST(Verification, SeesEveryDifference) {
  const ExportModel network = small_model();
  const auto rejected = [&](const ExportModel& changed, const char* what) {
    EXPECT_THROW(verify_model(model_bytes(changed), network, reference_of(network)), Error) << what;
  };
  EXPECT_NO_THROW(verify_model(model_bytes(network), network, reference_of(network)));
  for (const TensorInfo& tensor : network.layout.parameters()) {
    ExportModel changed = network;
    changed.parameters[tensor.offset] += 1e-3f;
    // A unit that ReLU keeps at 0 may hide its own weights; none of this network's first units is such a one.
    rejected(changed, tensor.name.c_str());
  }
  ExportModel changed = network;
  changed.feature_mean[1] += 1e-3f;
  rejected(changed, "mean");
  changed = network;
  changed.feature_std[1] *= 1.001f;
  rejected(changed, "std");
  changed = network;
  std::get<VisualSpec>(changed.motion).log_zoom_limit = 0.701f;
  rejected(changed, "zoom");
  changed = network;
  changed.epoch = 8;
  rejected(changed, "metadata");
  const auto not_a_number = [](Matrix<const float>, Matrix<float> visual) {
    std::fill_n(visual.data(), visual.rows() * visual.cols(), std::numeric_limits<float>::quiet_NaN());
  };
  EXPECT_THROW(verify_model(model_bytes(network), network, not_a_number), Error);
}

TEST(ModelBytes, RefusesWhatIsNotFinite) {
  ExportModel network = small_model();
  network.parameters[0] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(model_bytes(network), Error);
  network = small_model();
  network.feature_std[0] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(model_bytes(network), Error);
  network = small_model();
  network.feature_mean.pop_back();
  EXPECT_THROW(model_bytes(network), CheckFailure);
  ExportModel normalised = test::random_model(WindowSpec{}, true, 6);
  normalised.statistics[normalised.layout.layers()[0].running_variance] = -1;
  EXPECT_THROW(model_bytes(normalised), Error);
}

TEST(Metadata, HoldsWhatUsersRelyOn) {
  const ExportModel network = test::random_model(WindowSpec{4, true, false}, false, 2);
  const auto json = nlohmann::ordered_json::parse(metadata_json(network));
  EXPECT_EQ(json.at("input_shape"), nlohmann::ordered_json({1, 48}));
  EXPECT_EQ(json.at("output_dim"), 7);
  EXPECT_EQ(json.at("parameter_names"), nlohmann::ordered_json({"julia_real", "julia_imag", "color_hue", "color_sat",
                                                                "color_bright", "zoom", "speed"}));
  EXPECT_EQ(json.at("parameter_ranges").at("julia_imag"), nlohmann::ordered_json({-2.0, 2.0}));
  EXPECT_EQ(json.at("parameter_ranges").at("zoom"), nlohmann::ordered_json({0.1, 10.0}));
  EXPECT_EQ(json.at("parameter_ranges").at("speed"), nlohmann::ordered_json({0.0, 1.0}));
  EXPECT_EQ(json.at("feature_mean").get<std::vector<float>>(), network.feature_mean);
  EXPECT_EQ(json.at("feature_std").get<std::vector<float>>(), network.feature_std);
  EXPECT_EQ(json.at("window_frames"), 4);
  EXPECT_EQ(json.at("features_per_frame"), 12);
  EXPECT_EQ(json.at("feature_names").size(), 12u);
  EXPECT_EQ(json.at("feature_names")[6], "delta_spectral_centroid");
  EXPECT_EQ(json.at("include_delta"), true);
  EXPECT_EQ(json.at("include_delta_delta"), false);
  EXPECT_EQ(json.at("sample_rate"), 22050);
  EXPECT_EQ(json.at("hop_length"), 512);
  EXPECT_EQ(json.at("n_fft"), 2048);
  EXPECT_EQ(json.at("epoch"), 7);
  EXPECT_EQ(json.at("normalization"), "in_graph");
  const OnnxModel read = read_model(model_bytes(network));
  EXPECT_EQ(read.metadata.size(), json.size());
  for (const auto& [key, value] : json.items())
    EXPECT_EQ(read.metadata.at(key), value.is_string() ? value.get<std::string>() : value.dump()) << key;
}

// A hostile file: every truncation, and thousands with a few bytes changed, must be refused in one sentence or read and
// evaluated. (The sanitizer build makes this sharper.)
TEST(ModelReader, SurvivesDamage) {
  const ExportModel network = small_model();
  const std::string whole = model_bytes(network);
  const std::vector<float> windows = random_windows(network, 2, 3, 1);
  const Matrix<const float> input(windows.data(), 2, network.window.input());
  int refused = 0, evaluated = 0;
  std::vector<float> output;
  const auto survives = [&](const std::string& bytes) {
    try {
      output = evaluate_model<float>(read_model(bytes), input);
      ++evaluated;
      return true;
    } catch (const Error&) {
      ++refused;
      return false;
    }
  };
  ASSERT_TRUE(survives(whole));
  const std::vector<float> expected = output;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const std::string cut = whole.substr(0, length);
    if (!survives(cut)) continue;
    // Protobuf cannot tell that whole entries are missing at the end, where the metadata are; verification can.
    EXPECT_TRUE(test::all_equal_bytes(output, expected)) << length << " bytes";
    EXPECT_LT(read_model(cut).metadata.size(), read_model(whole).metadata.size());
    EXPECT_THROW(verify_model(cut, network, reference_of(network)), Error);
  }
  constexpr std::uint64_t kSeed = 20;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  for (std::uint64_t n = 0; n < 20000; ++n) {
    const RandomBlock random = random_block(kSeed, RandomStream::test_data, n, 1);
    std::string bytes = whole;
    for (int change = 0; change <= int(n % 3); ++change)
      bytes[random.word[change] % bytes.size()] = static_cast<char>(random.word[3] >> (8 * change));
    survives(bytes);
  }
  EXPECT_GT(refused, 1000);
  EXPECT_GT(evaluated, 1000);
}

}  // namespace
}  // namespace fractalsync
