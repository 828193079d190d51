// The network's gradients against central differences of the same network in double precision: every parameter and
// every input, with and without batch norm and dropout, on every backend of the program.
#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "support/compare.h"
#include "support/mlp_reference.h"
#include "support/mlp_run.h"
#include "support/test_backends.h"

namespace fractalsync::test {
namespace {

struct Case {
  const char* name;
  std::vector<int> hidden;
  bool batch_norm;
  float dropout;
  int sequences, length;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class MlpGradient : public testing::TestWithParam<std::tuple<Case, TestBackend>> {};

TEST_P(MlpGradient, MatchesCentralDifferences) {
  const auto& [c, backend] = GetParam();
  const std::uint64_t seed = 20;
  SCOPED_TRACE(seed);
  const MlpBatch batch = random_batch(seed, 3, 4, c.sequences, c.length);
  MlpRun run({.input = 12, .hidden = c.hidden, .batch_norm = c.batch_norm, .dropout = c.dropout}, seed, backend.make());
  const auto rows = static_cast<std::size_t>(batch.rows());
  const std::vector<float> upstream = random_floats(seed + 1, batch.rows() * kOutputs, -1, 1);
  const MlpResult result = run.step(batch, upstream);

  const std::vector<float> copied = copied_windows(batch).frames;
  std::vector<double> windows(copied.begin(), copied.end());
  std::vector<double> parameters(run.parameters.begin(), run.parameters.end());
  const auto logits = [&] { return mlp_reference(run.layout, parameters, windows, rows, run.dropout); };
  // Central difference of sum(upstream logits). Its own error is of the order h^2 f''' + 2^-53 f / h: with h = 1e-6 and
  // sums of some tens, below 1e-8.
  const auto difference = [&](double& x) {
    const double h = 1e-6, centre = std::exchange(x, x + h);
    const std::vector<double> above = logits();
    x = centre - h;
    const std::vector<double> below = logits();
    x = centre;
    double sum = 0;
    for (std::size_t i = 0; i < above.size(); ++i) sum += upstream[i] * (above[i] - below[i]);
    return sum / (2 * h);
  };

  // Roundings on the way to an element and back: inner products forth and back, batch norm's means over the rows, and
  // the sum over the rows. Each is at most 2^-24 of numbers as large as the array's largest element; with independent
  // signs, 4 sqrt(R) of them cover any element (parity/mlp_test.cpp).
  double roundings = static_cast<double>(rows);
  for (const LayerInfo& layer : run.layout.layers())
    roundings += 2.0 * layer.in + (layer.batch_norm() ? 4.0 * static_cast<double>(rows) + 20 : 0);
  const auto tolerance = [roundings](double magnitude) {
    return 4 * std::sqrt(roundings) * 0x1p-24 * magnitude + 1e-8;
  };
  EXPECT_TRUE(all_near(View<const float>(result.logits), View<const double>(logits()),
                       tolerance(largest_magnitude(View<const float>(result.logits)))));
  double largest = 0;
  std::vector<std::vector<double>> expected;
  for (const TensorInfo& t : run.layout.parameters()) {
    std::vector<double> gradient(static_cast<std::size_t>(t.rows * t.stride));
    for (std::int64_t r = 0; r < t.rows; ++r)
      for (std::int64_t k = 0; k < t.cols; ++k)
        gradient[static_cast<std::size_t>(r * t.stride + k)] =
            difference(parameters[static_cast<std::size_t>(t.offset + r * t.stride + k)]);
    largest = std::max(largest, largest_magnitude(View<const double>(gradient)));
    expected.push_back(std::move(gradient));
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const TensorInfo& t = run.layout.parameters()[i];
    SCOPED_TRACE(t.name);
    // The bias before a batch norm has no gradient; what is left is rounding of numbers as large as the others.
    const double magnitude = largest_magnitude(View<const double>(expected[i]));
    EXPECT_TRUE(all_near(View<const float>(result.gradient).subview(t.offset, t.rows * t.stride),
                         View<const double>(expected[i]), tolerance(magnitude < 1e-6 ? largest : magnitude)));
  }
  std::vector<double> by_window;
  for (double& x : windows) by_window.push_back(difference(x));
  EXPECT_TRUE(all_near(View<const float>(result.grad_windows), View<const double>(by_window),
                       tolerance(largest_magnitude(View<const double>(by_window)))));
}

INSTANTIATE_TEST_SUITE_P(
    Networks, MlpGradient,
    testing::Combine(testing::Values(Case{"linear", {}, false, 0, 1, 5}, Case{"one_hidden_unit", {1}, false, 0, 2, 3},
                                     Case{"plain", {17, 33, 9}, false, 0, 2, 7},
                                     Case{"one_row", {5, 18}, false, 0, 1, 1},
                                     Case{"batch_norm", {17, 33, 9}, true, 0, 2, 7},
                                     Case{"dropout", {17, 33, 9}, false, 0.3f, 2, 7},
                                     Case{"batch_norm_dropout", {17, 5, 16, 9}, true, 0.2f, 3, 6}),
                     testing::ValuesIn(test_backends())),
    [](const auto& test) { return std::get<0>(test.param).name + ("_" + std::get<1>(test.param).name); });

}  // namespace
}  // namespace fractalsync::test
