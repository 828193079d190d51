// pipeline.onnx, read back by our own reader: agreement, metadata, refusal of whatever is not right, and what it does
// at the start of a stream.
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "core/rng.h"
#include "host/train/export_model.h"
#include "network.h"
#include "onnx_export/evaluate/evaluate.h"
#include "onnx_export/metadata.h"
#include "support/compare.h"
#include "support/random.h"

namespace fractalsync {

void PrintTo(const WindowSpec& window, std::ostream* out) {
  *out << window.frames << " frames of " << window.features() << " features";
}

namespace {

/// Outputs of one call.
NamedTensors<float> call(const GraphEvaluator<float>& pipeline, const ExportModel& model, std::vector<float> pcm,
                         std::vector<float> state = std::vector<float>(5)) {
  const std::int64_t samples = PipelineShape(model.window).samples();
  return pipeline.run({{kPipelineSound, {{samples}, std::move(pcm)}},
                       {kPipelineState, {{static_cast<std::int64_t>(state.size())}, std::move(state)}}});
}

std::vector<float> noise(const ExportModel& model, std::uint64_t seed) {
  return test::random_floats(seed, PipelineShape(model.window).samples(), -0.5f, 0.5f);
}

/// Of a window, and whether the network has BatchNorm.
std::string variant_name(const testing::TestParamInfo<std::tuple<WindowSpec, bool>>& instance) {
  const auto& [window, batch_norm] = instance.param;
  return detail::concat("w", window.frames, "_f", window.features(), window.include_delta ? "" : "_no_delta",
                        batch_norm ? "_norm" : "_plain");
}

class ExportedPipeline : public testing::TestWithParam<std::tuple<WindowSpec, bool>> {
 protected:
  ExportModel model() const {
    return test::random_model(std::get<WindowSpec>(GetParam()), std::get<bool>(GetParam()), 12);
  }
};

TEST_P(ExportedPipeline, PassesItsVerification) {
  const ExportModel network = model();
  const std::unique_ptr<Backend> backend = make_cpu_backend(2);
  const PipelineVerification done =
      verify_pipeline(pipeline_bytes(network), network, pipeline_reference(*backend, network));
  EXPECT_GE(done.calls, 40);
  RecordProperty("feature_difference", detail::concat(done.feature_difference));
  RecordProperty("rolloff_bins", detail::concat(done.rolloff_bins));
  RecordProperty("motion_difference", detail::concat(done.motion_difference));
  EXPECT_LE(done.motion_tolerance, 1e-4) << "what the interface promises";
}

INSTANTIATE_TEST_SUITE_P(Variants, ExportedPipeline,
                         testing::Combine(testing::Values(WindowSpec{10, false, false}, WindowSpec{1, false, false},
                                                          WindowSpec{10, true, false}, WindowSpec{5, false, true},
                                                          WindowSpec{7, true, true}),
                                          testing::Bool()),
                         variant_name);

TEST(PipelineVerification, SeesEveryDifference) {
  const ExportModel network = test::random_model(WindowSpec{5, true, false}, false, 5);
  const std::unique_ptr<Backend> backend = make_cpu_backend(2);
  const PipelineReference reference = pipeline_reference(*backend, network);
  const auto rejected = [&](const ExportModel& changed, const PipelineReference& native, const char* what) {
    EXPECT_THROW(verify_pipeline(pipeline_bytes(changed), network, native), Error) << what;
  };
  ExportModel changed = network;
  changed.parameters[network.layout.layers().back().bias] += 1e-2f;
  rejected(changed, reference, "a bias");
  changed = network;
  std::get<VisualSpec>(changed.motion).low_pass_c = 0.2f;
  rejected(changed, reference, "the low-pass of c");
  changed = network;
  std::get<VisualSpec>(changed.motion).low_pass_zoom = 0.2f;
  rejected(changed, reference, "the low-pass of zoom");
  changed = network;
  std::get<VisualSpec>(changed.motion).omega = 0.31f;
  rejected(changed, reference, "the rotation");
  changed = network;
  changed.epoch = 8;
  rejected(changed, reference, "metadata");
  for (int feature = 0; feature <= kBaseFeatures; ++feature) {  // and one slope
    PipelineReference native = reference;
    native.features = [&](View<const float> samples) {
      std::vector<float> features = reference.features(samples);
      // A hundredth of what the feature can be, and for the rolloff two bins.
      const float shift =
          feature % kBaseFeatures == kRolloff ? 2.0f / 1024 : 0.01f * features[feature + 12 * 20] + 1e-3f;
      for (std::size_t i = feature; i < features.size(); i += 12) features[i] += shift;
      return features;
    };
    rejected(network, native, kFeatureNames[feature % kBaseFeatures]);
  }
  PipelineReference not_a_number = reference;
  not_a_number.motion = [](Matrix<const float> windows, float) {
    return std::vector<float>(static_cast<std::size_t>(windows.rows() * 8), std::numeric_limits<float>::quiet_NaN());
  };
  rejected(network, not_a_number, "not a number");
}

class ExportedAtlas : public testing::TestWithParam<std::tuple<WindowSpec, bool>> {
 protected:
  ExportModel model() const {
    return test::random_model(std::get<WindowSpec>(GetParam()), std::get<bool>(GetParam()), 13, AtlasSpec{});
  }
};

TEST_P(ExportedAtlas, PassesItsVerification) {
  const ExportModel network = model();
  const std::unique_ptr<Backend> backend = make_cpu_backend(2);
  const Verification alone = verify_model(model_bytes(network), network, network_reference(*backend, network));
  EXPECT_LE(alone.tolerance, 1e-5) << "what the interface promises";
  const PipelineVerification done =
      verify_pipeline(pipeline_bytes(network), network, pipeline_reference(*backend, network));
  RecordProperty("motion_difference", detail::concat(done.motion_difference));
  EXPECT_LE(done.motion_tolerance, 1e-4) << "what the interface promises";
}

INSTANTIATE_TEST_SUITE_P(Variants, ExportedAtlas,
                         testing::Combine(testing::Values(WindowSpec{1, false, false}, WindowSpec{10, false, false},
                                                          WindowSpec{10, true, false}, WindowSpec{7, true, true}),
                                          testing::Bool()),
                         variant_name);

TEST(PipelineVerification, SeesEveryDifferenceOfTheAtlas) {
  const ExportModel network = test::random_model(WindowSpec{5}, false, 5, AtlasSpec{});
  const std::unique_ptr<Backend> backend = make_cpu_backend(2);
  const PipelineReference reference = pipeline_reference(*backend, network);
  const auto rejected = [&](float AtlasSpec::*of, float by, const char* what) {
    ExportModel changed = network;
    std::get<AtlasSpec>(changed.motion).*of += by;
    EXPECT_THROW(verify_pipeline(pipeline_bytes(changed), network, reference), Error) << what;
  };
  rejected(&AtlasSpec::log_zoom_swing, 0.01f, "the zoom's swing");
  rejected(&AtlasSpec::low_pass_shape, 0.05f, "the low-pass of shapes");
  rejected(&AtlasSpec::low_pass_color, 0.05f, "the low-pass of colours");
  rejected(&AtlasSpec::travel, 0.001f, "the journey");
  rejected(&AtlasSpec::omega, 0.01f, "the rotation");
  PipelineReference elsewhere = reference;
  elsewhere.motion = [&](Matrix<const float> windows, float journey) {
    return reference.motion(windows, journey + 0.1f);
  };
  EXPECT_THROW(verify_pipeline(pipeline_bytes(network), network, elsewhere), Error) << "where the journey starts";
  ExportModel changed = network;
  changed.parameters[network.layout.layers().back().bias] += 1e-2f;
  EXPECT_THROW(verify_pipeline(pipeline_bytes(changed), network, reference), Error) << "a bias";
}

TEST(PipelineMetadata, NameTheStateOfTheAtlas) {
  const ExportModel network = test::random_model(WindowSpec{}, false, 2, AtlasSpec{});
  const auto json = nlohmann::ordered_json::parse(pipeline_metadata_json(network));
  EXPECT_EQ(json.at("formulation"), "atlas");
  EXPECT_EQ(json.at("state_size"), 8);
  EXPECT_EQ(json.at("state_names").size(), 8u);
  EXPECT_EQ(json.at("state_names")[6], "journey");
  EXPECT_EQ(json.at("input_shape"), nlohmann::ordered_json({2048 + 512 * 10}));
}

// Where a stream's journey begins is the caller's: all else of a first state is not looked at.
TEST(Pipeline, OfTheAtlasTakesItsJourneyFromTheFirstState) {
  const ExportModel network = test::random_model(WindowSpec{}, false, 4, AtlasSpec{});
  const OnnxModel read = read_model(pipeline_bytes(network));
  const GraphEvaluator<float> pipeline(read);
  const std::vector<float> pcm = noise(network, 1);
  const auto drawn = [&](std::vector<float> state) {
    return call(pipeline, network, pcm, std::move(state)).at(kVisualOutput).values;
  };
  const std::vector<float> at_start = drawn(std::vector<float>(8));
  std::vector<float> state(8, 0.5f);
  state[0] = state[6] = state[7] = 0;
  EXPECT_TRUE(test::all_equal_bytes(drawn(state), at_start));
  state[6] = 1;
  EXPECT_GT(std::abs(drawn(state)[kJuliaReal] - at_start[kJuliaReal]), 0.01f);
  const std::vector<float> next = call(pipeline, network, pcm, std::vector<float>(8)).at(kPipelineNextState).values;
  EXPECT_EQ(next[0], 1);
  for (const float element : next) EXPECT_TRUE(std::isfinite(element));
}

TEST(PipelineBytes, AreSmall) {
  // The atlas' tables are 426 kB of it.
  EXPECT_LE(pipeline_bytes(test::random_model(WindowSpec{}, true, 3, AtlasSpec{})).size(), 1'400'000u);
  EXPECT_LE(pipeline_bytes(test::random_model(WindowSpec{}, true, 3)).size(), 1'000'000u);
}

TEST(PipelineBytes, RefuseWindowsTooShortForDeltas) {
  EXPECT_THROW(pipeline_bytes(test::random_model(WindowSpec{4, true, false}, false, 3)), Error);
  EXPECT_THROW(pipeline_bytes(test::random_model(WindowSpec{4, false, true}, false, 3)), Error);
  EXPECT_NO_THROW(pipeline_bytes(test::random_model(WindowSpec{4, false, false}, false, 3)));
}

TEST(PipelineMetadata, HoldWhatUsersRelyOn) {
  const ExportModel network = test::random_model(WindowSpec{6, false, true}, false, 2);
  const auto json = nlohmann::ordered_json::parse(pipeline_metadata_json(network));
  EXPECT_EQ(json.at("pcm_length"), 2048 + 512 * (6 + 16));
  EXPECT_EQ(json.at("input_shape"), nlohmann::ordered_json({2048 + 512 * (6 + 16)}));
  EXPECT_EQ(json.at("first_sample"), 1024 + 512 * (1 + 8));
  EXPECT_EQ(json.at("lag_frames"), 8);
  EXPECT_EQ(json.at("state_size"), 5);
  EXPECT_EQ(json.at("state_names").size(), 5u);
  EXPECT_EQ(json.at("features_per_frame"), 12);
  EXPECT_EQ(json.at("hop_length"), 512);
  const OnnxModel read = read_model(pipeline_bytes(network));
  EXPECT_EQ(read.metadata.size(), json.size());
  for (const auto& [key, value] : json.items())
    EXPECT_EQ(read.metadata.at(key), value.is_string() ? value.get<std::string>() : value.dump()) << key;
}

TEST(Pipeline, HearsSilenceInPlaceOfWhatIsNoSound) {
  const ExportModel network = test::random_model(WindowSpec{}, false, 4);
  const OnnxModel read = read_model(pipeline_bytes(network));
  const GraphEvaluator<float> pipeline(read);
  std::vector<float> bad = noise(network, 1), silenced = bad;
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  std::size_t at = 3000;
  for (const float value : {kInfinity, -kInfinity, std::numeric_limits<float>::quiet_NaN(), 3e38f, -2e6f}) {
    bad[at] = value;
    silenced[at] = 0;
    at += 333;
  }
  const NamedTensors<float> actual = call(pipeline, network, bad), expected = call(pipeline, network, silenced);
  for (const auto& [name, value] : expected) {
    EXPECT_TRUE(test::all_equal_bytes(actual.at(name).values, value.values)) << name;
    for (const float element : value.values) EXPECT_TRUE(std::isfinite(element)) << name;
  }
}

TEST(Pipeline, SmoothsFromTheSecondCallOn) {
  const ExportModel network = test::random_model(WindowSpec{}, false, 4);
  const OnnxModel read = read_model(pipeline_bytes(network));
  const GraphEvaluator<float> pipeline(read);
  const std::vector<float> pcm = noise(network, 1);
  const auto real = [&](std::vector<float> state) {
    return call(pipeline, network, pcm, std::move(state)).at(kVisualOutput).values[kJuliaReal];
  };
  EXPECT_EQ(real({0, 1, 1, 1, 1}), real({0, 0, 0, 0, 0})) << "the first call starts at its own value";
  // Three roundings of numbers below 4, on either side.
  EXPECT_NEAR(real({1, 1, 0, 0, 0}) - real({1, 0, 0, 0, 0}), 1 - std::get<VisualSpec>(network.motion).low_pass_c,
              6 * 4 * 0x1p-24);
  const std::vector<float> next = call(pipeline, network, pcm).at(kPipelineNextState).values;
  EXPECT_EQ(next[0], 1);
  EXPECT_EQ(next[1], real({0, 0, 0, 0, 0}));
  EXPECT_EQ(call(pipeline, network, pcm, next).at(kPipelineNextState).values[0], 2);
}

TEST(Pipeline, KeepsTheRotationWithinATurn) {
  const ExportModel network = test::random_model(WindowSpec{}, false, 4);
  const OnnxModel read = read_model(pipeline_bytes(network));
  const GraphEvaluator<float> pipeline(read);
  const float turn = static_cast<float>(2 * M_PI), almost = std::nextafter(turn, 0.0f);
  const NamedTensors<float> out = call(pipeline, network, noise(network, 1), {9, 0, 0, 0, almost});
  const float rotation = out.at(kPipelineRotation).values[0], speed = out.at(kVisualOutput).values[kSpeed];
  EXPECT_GE(rotation, 0);
  EXPECT_LT(rotation, turn);
  // One rounding of the sum, near 2 pi.
  EXPECT_NEAR(rotation, std::get<VisualSpec>(network.motion).omega * speed, 2 * 8 * 0x1p-24);
  // Counting stops, so that the count stays exact and the start of the stream is not forgotten for ever.
  EXPECT_EQ(out.at(kPipelineNextState).values[0], PipelineShape(network.window).first_block());
}

// A hostile file: bytes of its nodes changed, it must be refused in one sentence or evaluated.
TEST(Pipeline, SurvivesDamage) {
  const ExportModel network = test::random_model(WindowSpec{1, false, false}, false, 5);
  const std::string whole = pipeline_bytes(network);
  constexpr std::uint64_t kSeed = 21;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  constexpr std::uint32_t kNodeBytes = 6000;  // the nodes come first
  int refused = 0, evaluated = 0;
  for (std::uint64_t n = 0; n < 600; ++n) {
    const RandomBlock random = random_block(kSeed, RandomStream::test_data, n, 1);
    std::string bytes = whole;
    bytes[random.word[0] % kNodeBytes] = static_cast<char>(random.word[1]);
    try {
      const OnnxModel read = read_model(bytes);
      call(GraphEvaluator<float>(read), network, noise(network, n));
      ++evaluated;
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 100);
  EXPECT_GT(evaluated, 10);
}

}  // namespace
}  // namespace fractalsync
