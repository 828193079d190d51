#include "onnx_export/verify.h"

#include <limits>

#include "core/check.h"
#include "core/rng.h"
#include "math/model_features.h"
#include "onnx_export/compare.h"
#include "onnx_export/evaluate/evaluate.h"
#include "onnx_export/metadata.h"
#include "onnx_export/model_file.h"
#include "onnx_export/reader.h"

namespace fractalsync {
namespace {

constexpr std::int64_t kWindows = 256;
constexpr std::uint64_t kSeed = 1;

void check_interface(const OnnxModel& read, const ExportModel& model) {
  require_exported(read.ir_version == kOnnxIrVersion && read.opset == kOnnxOpset, "it has another version");
  require_exported(read.inputs.size() == 1 && read.inputs[0].name == kModelInput &&
              read.inputs[0].shape == std::vector<std::int64_t>{-1, model.window.input()},
          "its input is not audio_features [batch, " + std::to_string(model.window.input()) + "]");
  require_exported(read.outputs.size() == 1 && read.outputs[0].name == kVisualOutput &&
              read.outputs[0].shape == std::vector<std::int64_t>{-1, kHeads},
          "its output is not visual_parameters [batch, 7]");
  const auto properties = metadata_properties(model);
  require_exported(read.metadata == std::map<std::string, std::string>(properties.begin(), properties.end()),
          "its metadata differ");
}

}  // namespace

std::vector<float> random_windows(const ExportModel& model, std::int64_t rows, float spread, std::uint64_t seed) {
  const std::int64_t features = model.window.features();
  std::vector<float> windows(static_cast<std::size_t>(rows * model.window.input()));
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const float u = uniform_float(random_block(seed, RandomStream::test_data, i / 4, 0).word[i % 4]);
    const auto feature = static_cast<std::size_t>(static_cast<std::int64_t>(i) % features);
    windows[i] = model.feature_mean[feature] +
                 spread * (2 * u - 1) / math::standardizing_scale(model.feature_std[feature]);
  }
  return windows;
}

Verification verify_model(std::string_view bytes, const ExportModel& model, const NetworkReference& reference) {
  const OnnxModel read = read_model(bytes);
  check_interface(read, model);
  const std::vector<float> windows = random_windows(model, kWindows, kStandardizedLimit * 4 / 3, kSeed);
  const Matrix<const float> input(windows.data(), kWindows, model.window.input());
  std::vector<float> expected(kWindows * kHeads);
  reference(input, Matrix<float>(expected.data(), kWindows, kHeads));
  const std::vector<double> exact = evaluate_model<double>(read, input);

  // The reference computes in float32 and unfolded, in an order of its own. What float32 costs this very network is
  // measured: the same graph in float32, its sums in plain ascending order (whose rounding grows fastest), against
  // double. Folding rounds each weight once more, which is no more than one of the K roundings of its sum. Twice that
  // worst case over 1792 outputs, and four roundings of an output of size 2 for the heads, is what may differ.
  Verification result{.windows = kWindows};
  result.tolerance = 4 * 2 * double{std::numeric_limits<float>::epsilon()} +
                     2 * largest_difference(exact, evaluate_model<float>(read, input));
  result.largest_difference = largest_difference(exact, expected);
  require_exported(result.largest_difference <= result.tolerance,
          "it differs from the network by " + std::to_string(result.largest_difference) + ", allowed " +
              std::to_string(result.tolerance));
  return result;
}

}  // namespace fractalsync
