#include "onnx_export/verify_pipeline.h"

#include <algorithm>
#include <limits>
#include <numbers>

#include "core/rng.h"
#include "math/visual.h"
#include "onnx_export/compare.h"
#include "onnx_export/evaluate/evaluate.h"
#include "onnx_export/metadata.h"
#include "onnx_export/model_file.h"

namespace fractalsync {
namespace {

constexpr std::int64_t kCalls = 40;
constexpr int kMotionColumns = kHeads + 1;
constexpr std::uint64_t kSoundSeed = 1;
constexpr float kJourneyStart = 6.25f;  ///< just before a whole turn: the journey goes past it
constexpr double kEpsilon = std::numeric_limits<float>::epsilon();

/// What the interface promises: features within this share of a feature's largest value, but for the rolloff, which
/// rounding may move by a bin where two are as good: rarely.
constexpr double kFeatureTolerance = 1e-4;
constexpr double kBin = 1.0 / (kBins - 1);  // in model features
constexpr double kMostRolloffBins = 1.01, kMeanRolloffBins = 0.05;

using Shape = std::vector<std::int64_t>;

void check_values(const std::vector<OnnxValue>& values, const std::vector<std::pair<std::string, Shape>>& expected) {
  require_exported(values.size() == expected.size(), "it has another number of inputs or outputs");
  for (std::size_t i = 0; i < values.size(); ++i)
    require_exported(values[i].name == expected[i].first && values[i].shape == expected[i].second,
                     "'" + expected[i].first + "' is not where it should be, or has another shape");
}

void check_pipeline_interface(const OnnxModel& read, const ExportModel& model) {
  require_exported(read.ir_version == kOnnxIrVersion && read.opset == kOnnxOpset, "it has another version");
  check_values(read.inputs, {{kPipelineSound, {PipelineShape(model.window).samples()}},
                             {kPipelineState, {state_size(model.motion)}}});
  check_values(read.outputs, {{kVisualOutput, {1, kHeads}},
                              {kPipelineRotation, {1}},
                              {kPipelineFeatures, {model.window.frames, model.window.features()}},
                              {kPipelineNextState, {state_size(model.motion)}}});
  const MetadataProperties properties = pipeline_metadata_properties(model);
  require_exported(read.metadata == std::map<std::string, std::string>(properties.begin(), properties.end()),
                   "its metadata differ");
}

/// A sweep that starts below zero at once, a burst of noise every seven hops, and a silence.
std::vector<float> made_up_sound(std::int64_t samples) {
  std::vector<float> sound;
  for (std::int64_t i = 0; i < samples; ++i) {
    const double t = static_cast<double>(i) / kSampleRate;
    const std::int64_t hop = i / kHop, since_burst = i % (7 * kHop);
    const float noise = 2 * uniform_float(random_block(kSoundSeed, RandomStream::test_data, i, 0).word[0]) - 1;
    const double sweep = -0.4 * std::cos(2 * std::numbers::pi * (150 * t + 1500 * t * t));
    const double burst = 0.5 * std::exp(-static_cast<double>(since_burst) / 900) * double{noise};
    sound.push_back(hop >= 24 && hop < 31 ? 0.0f : static_cast<float>(sweep + burst));
  }
  return sound;
}

/// What the file gives, call after call.
template <class T>
struct Played {
  std::vector<T> features;  ///< [calls, W F]
  std::vector<T> motion;    ///< [calls, 8]
};

template <class T>
Played<T> play(const OnnxModel& model, const PipelineShape& shape, const std::vector<float>& start,
               const std::vector<float>& sound) {
  const GraphEvaluator<T> evaluator(model);
  const auto length = static_cast<std::size_t>(shape.samples());
  Tensor<T> state{{static_cast<std::int64_t>(start.size())}, std::vector<T>(start.begin(), start.end())};
  std::vector<T> stream(static_cast<std::size_t>(shape.first_sample()));
  stream.insert(stream.end(), sound.begin(), sound.end());
  Played<T> played;
  for (std::int64_t call = 0; call < kCalls; ++call) {
    const auto first = stream.begin() + call * kHop;
    Tensor<T> pcm{{shape.samples()}, std::vector<T>(first, first + static_cast<std::ptrdiff_t>(length))};
    NamedTensors<T> out = evaluator.run({{kPipelineSound, std::move(pcm)}, {kPipelineState, state}});
    state = std::move(out.at(kPipelineNextState));
    const auto append = [&](std::vector<T>& to, const char* name) {
      const std::vector<T>& values = out.at(name).values;
      to.insert(to.end(), values.begin(), values.end());
    };
    append(played.features, kPipelineFeatures);
    append(played.motion, kVisualOutput);
    append(played.motion, kPipelineRotation);
  }
  return played;
}

/// Row j of call i is frame i + j of the reference.
void check_features(const WindowSpec& window, const std::vector<double>& played, const std::vector<float>& reference,
                    PipelineVerification& result) {
  const std::int64_t columns = window.features();
  std::vector<double> largest(static_cast<std::size_t>(columns)), difference(largest), sum(largest);
  for (std::size_t i = 0; i < reference.size(); ++i) {
    double& most = largest[i % static_cast<std::size_t>(columns)];
    most = std::max(most, std::abs(double{reference[i]}));
  }
  for (std::int64_t call = 0; call < kCalls; ++call) {
    for (std::int64_t i = 0; i < window.input(); ++i) {
      const double d = std::abs(played[static_cast<std::size_t>(call * window.input() + i)] -
                                double{reference[static_cast<std::size_t>(call * columns + i)]});
      const auto f = static_cast<std::size_t>(i % columns);
      difference[f] = larger_difference(difference[f], d);
      sum[f] += d;
    }
  }
  double mean_bins = 0;
  for (std::size_t f = 0; f < difference.size(); ++f) {
    if (f % kBaseFeatures == kRolloff) {
      result.rolloff_bins = larger_difference(result.rolloff_bins, difference[f] / kBin);
      mean_bins = larger_difference(mean_bins, sum[f] / kBin / static_cast<double>(kCalls * window.frames));
    } else {
      result.feature_difference = larger_difference(result.feature_difference, difference[f] / largest[f]);
    }
  }
  require_exported(result.feature_difference <= kFeatureTolerance && result.rolloff_bins <= kMostRolloffBins &&
                       mean_bins <= kMeanRolloffBins,
                   "its features differ by " + std::to_string(result.feature_difference) + " of their largest, " +
                       std::to_string(result.rolloff_bins) + " bins of rolloff");
}

/// Rotations differ by no more than half a turn.
template <class A, class B>
double motion_difference(const std::vector<A>& a, const std::vector<B>& b) {
  FS_CHECK_EQ(a.size(), b.size());
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    double d = std::abs(double{a[i]} - double{b[i]});
    if (i % kMotionColumns == kHeads && d > math::kTwoPi / 2) d = math::kTwoPi - d;
    if (!std::isnan(largest)) largest = larger_difference(largest, d);
  }
  return largest;
}

}  // namespace

PipelineVerification verify_pipeline(std::string_view bytes, const ExportModel& model,
                                     const PipelineReference& reference) {
  const OnnxModel read = read_model(bytes);
  check_pipeline_interface(read, model);
  const PipelineShape shape(model.window);
  const std::int64_t heard = shape.samples() - shape.first_sample() + kHop * (kCalls - 1);
  // The reference hears more: the end of its file, where frames are padded and slopes have an edge, is out of sight.
  const std::vector<float> longer = made_up_sound(heard + kHop * (kDeltaFrames * 2 + kFftSize / kHop));
  const std::vector<float> sound(longer.begin(), longer.begin() + heard);
  const std::vector<float> start = first_state(model.motion, kJourneyStart);
  const Played<double> exact = play<double>(read, shape, start, sound);
  PipelineVerification result{.calls = kCalls};
  check_features(model.window, exact.features, reference.features(longer), result);

  const Played<float> rounded = play<float>(read, shape, start, sound);
  const std::vector<float> windows(exact.features.begin(), exact.features.end());
  const std::vector<float> expected = reference.motion({windows.data(), kCalls, model.window.input()}, kJourneyStart);
  // As for the network alone (verify.cpp): twice what float32 costs this file, here with all its features, and the
  // heads' own roundings; and the rotation, below 2 pi, is rounded once a call on either side.
  result.motion_tolerance = 4 * 2 * kEpsilon + 2 * motion_difference(exact.motion, rounded.motion) +
                            static_cast<double>(kCalls) * math::kTwoPi * kEpsilon;
  result.motion_difference = motion_difference(exact.motion, expected);
  require_exported(result.motion_difference <= result.motion_tolerance,
                   "what it draws differs from what the program draws by " + std::to_string(result.motion_difference) +
                       ", allowed " + std::to_string(result.motion_tolerance));
  return result;
}

}  // namespace fractalsync
