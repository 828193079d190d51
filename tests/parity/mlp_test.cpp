// The network against PyTorch: one training step of the original's architecture (golden/mlp/README.md), on every
// backend of the program.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/adamw_run.h"
#include "support/compare.h"
#include "support/mlp_run.h"
#include "support/test_backends.h"

namespace fractalsync::test {
namespace {

constexpr double kHalfUlp = 0x1p-24;  // largest relative error of one rounding

// A value that R roundings led to, each of relative size u = 2^-24 at most and independent of the others, has a
// relative deviation of sqrt(R / 3) u; four times sqrt(R) u is seven of these, and covers the cancellation within an
// array when it is measured against the array's largest element.
double roundings(double count, double magnitude) { return 4 * std::sqrt(count) * kHalfUlp * magnitude; }

// Roundings on the way from the input to the logits: the inner products, and some ten per batch norm with its mean and
// variance over 32 rows.
constexpr double kForward = (60 + 128 + 256 + 128 + 64) + 3 * (2 * 32 + 10);
// And on the way back to the first layer's parameters: products with the transposed weights, batch norm's two means,
// and the sum over the rows.
constexpr double kBackward = kForward + (7 + 64 + 128 + 256 + 128) + 3 * (2 * 32 + 10) + 32;

std::vector<float> floats(const std::string& name) { return read_npy<float>(golden("mlp/" + name + ".npy")).values; }
std::vector<double> doubles(const std::string& name) { return read_npy<double>(golden("mlp/" + name + ".npy")).values; }

// PyTorch's weights are (out, in); ours [in][out] with padding. Both lists have the tensors in the same order.
std::vector<float> to_flat(const MlpLayout& layout, const std::vector<float>& torch) {
  std::vector<float> flat(static_cast<std::size_t>(layout.parameter_size()));
  std::size_t next = 0;
  for (const TensorInfo& t : layout.parameters())
    for (std::int64_t c = 0; c < t.cols; ++c)
      for (std::int64_t r = 0; r < t.rows; ++r)
        flat[static_cast<std::size_t>(t.offset + r * t.stride + c)] = torch.at(next++);
  EXPECT_EQ(next, torch.size());
  return flat;
}

View<const float> tensor_of(const std::vector<float>& flat, const TensorInfo& t) {
  return View<const float>(flat).subview(t.offset, t.rows * t.stride);
}

// The original's output functions and their slopes.
double head(std::size_t column, double logit) {
  if (column < 2) return 2 * std::tanh(logit);
  return column == 5 ? std::exp(logit) : 1 / (1 + std::exp(-logit));
}
double head_slope(std::size_t column, double value) {
  if (column < 2) return 2 - value * value / 2;
  return column == 5 ? value : value * (1 - value);
}
std::vector<double> heads(const std::vector<float>& logits) {
  std::vector<double> values;
  for (std::size_t i = 0; i < logits.size(); ++i) values.push_back(head(i % kOutputs, logits[i]));
  return values;
}

class MlpGolden : public testing::TestWithParam<TestBackend> {
 protected:
  MlpGolden() : run({.input = 60, .batch_norm = true}, 1, GetParam().make()) {
    run.parameters = to_flat(run.layout, floats("param"));
    batch = {60, 1, 32, floats("input"), {0}};
  }

  MlpRun run;
  MlpBatch batch;
};

TEST_P(MlpGolden, TrainingStepMatchesPyTorch) {
  const std::vector<double> output = heads(run.forward(batch, MlpMode::training));
  EXPECT_TRUE(all_near(View<const double>(output), doubles("output"), roundings(kForward, 2)));

  std::vector<float> grad_logits = floats("upstream");
  for (std::size_t i = 0; i < output.size(); ++i)
    grad_logits[i] = static_cast<float>(grad_logits[i] * head_slope(i % kOutputs, output[i]));
  const MlpResult result = run.step(batch, grad_logits);
  const std::vector<double> grad_input = doubles("grad_input");
  EXPECT_TRUE(all_near(View<const float>(result.grad_windows), grad_input,
                       roundings(kBackward, largest_magnitude(View<const double>(grad_input)))));

  const std::vector<float> gradient = to_flat(run.layout, floats("grad"));
  for (const TensorInfo& t : run.layout.parameters()) {
    SCOPED_TRACE(t.name);
    const View<const float> expected = tensor_of(gradient, t);
    double magnitude = largest_magnitude(expected);
    // A bias before batch norm has no gradient. What is left is the rounding of 32 numbers that cancel, of the size
    // of those that make beta's gradient times gamma / deviation (at most 4 here).
    if (magnitude < 1e-12) magnitude = 4;
    EXPECT_TRUE(all_near(tensor_of(result.gradient, t), expected, roundings(kBackward, magnitude)));
  }
}

TEST_P(MlpGolden, RunningStatisticsMatchPyTorch) {
  run.forward(batch, MlpMode::training);
  const std::vector<double> mean = doubles("running_mean"), variance = doubles("running_var");
  const double mean_tolerance = roundings(kForward, largest_magnitude(View<const double>(mean)));
  const double variance_tolerance = roundings(kForward, largest_magnitude(View<const double>(variance)));
  const View<const float> all(run.statistics);
  std::int64_t next = 0;
  for (const LayerInfo& layer : run.layout.layers()) {
    if (!layer.batch_norm()) continue;
    EXPECT_TRUE(all_near(all.subview(layer.running_mean, layer.out), View<const double>(mean).subview(next, layer.out),
                         mean_tolerance));
    EXPECT_TRUE(all_near(all.subview(layer.running_variance, layer.out),
                         View<const double>(variance).subview(next, layer.out), variance_tolerance));
    next += layer.out;
  }
  EXPECT_EQ(next, 512);
}

TEST_P(MlpGolden, InferenceMatchesPyTorch) {
  run.parameters = to_flat(run.layout, floats("adam1"));
  const std::vector<double> mean = doubles("running_mean"), variance = doubles("running_var");
  std::size_t next = 0;
  for (const LayerInfo& layer : run.layout.layers())
    for (std::int64_t c = 0; layer.batch_norm() && c < layer.out; ++c, ++next) {
      run.statistics[static_cast<std::size_t>(layer.running_mean + c)] = static_cast<float>(mean[next]);
      run.statistics[static_cast<std::size_t>(layer.running_variance + c)] = static_cast<float>(variance[next]);
    }
  const std::vector<float> before = run.statistics;
  const std::vector<double> output = heads(run.forward(batch, MlpMode::inference));
  const std::vector<double> expected = doubles("output_eval");
  // The exponential passes its argument's error on times its own value.
  const double magnitude = std::max(2.0, largest_magnitude(View<const double>(expected)));
  EXPECT_TRUE(all_near(View<const double>(output), expected, roundings(kForward, magnitude)));
  EXPECT_TRUE(all_equal_bytes(run.statistics, before));
}

TEST_P(MlpGolden, AdamMatchesPyTorch) {
  const AdamWSpec adam{.weight_decay = 0, .clip_norm = 0};
  const float rate = 1e-4f;
  const std::vector<float> gradient = to_flat(run.layout, floats("grad"));
  const std::size_t size = gradient.size();
  AdamWRun adam_run(static_cast<std::int64_t>(size));
  adam_run.parameters = run.parameters;
  std::vector<float> scaled(size);
  const float factors[] = {1, -0.5f, 2};
  for (std::int64_t step = 1; step <= 3; ++step) {
    double squares = 0;
    for (std::size_t i = 0; i < size; ++i) {
      scaled[i] = factors[step - 1] * gradient[i];
      squares += static_cast<double>(scaled[i]) * scaled[i];
    }
    adam_run.step(*run.backend, adam, step, scaled, rate);
    EXPECT_NEAR(adam_run.norm[0], std::sqrt(squares), 2 * kHalfUlp * std::sqrt(squares));
    if (step == 2) continue;
    const std::vector<float> expected = to_flat(run.layout, floats(step == 1 ? "adam1" : "adam3"));
    for (const TensorInfo& t : run.layout.parameters()) {
      SCOPED_TRACE(t.name);
      // Per step the parameter is rounded once, and the update of at most the rate some ten times; the file's own
      // rounding comes on top. The betas are single precision here, which makes 1 - beta2 differ by 1.3e-5 of itself:
      // the second moment and its correction share that up to terms of this size.
      const double magnitude = largest_magnitude(tensor_of(expected, t));
      const double steps = static_cast<double>(step);
      const double tolerance = (steps + 1) * kHalfUlp * magnitude + steps * rate * (10 * kHalfUlp + 1.3e-5);
      EXPECT_TRUE(all_near(tensor_of(adam_run.parameters, t), tensor_of(expected, t), tolerance));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Backends, MlpGolden, testing::ValuesIn(test_backends()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace fractalsync::test
