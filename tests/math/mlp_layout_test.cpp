// The one list of parameters: names, shapes, where they lie, what is refused; and their initial values.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/check.h"
#include "stages/mlp.h"
#include "stages/mlp_init.h"

namespace fractalsync {
namespace {

std::vector<std::string> names(const std::vector<TensorInfo>& tensors) {
  std::vector<std::string> list;
  for (const TensorInfo& tensor : tensors) list.push_back(tensor.name);
  return list;
}

TEST(MlpLayout, ListsThePlainNetwork) {
  const MlpLayout layout({.input = 60, .hidden = {128, 256, 128, 64}});
  EXPECT_EQ(names(layout.parameters()),
            (std::vector<std::string>{"layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias",
                                      "layers.2.weight", "layers.2.bias", "layers.3.weight", "layers.3.bias",
                                      "layers.4.weight", "layers.4.bias"}));
  EXPECT_TRUE(layout.statistics().empty());
  EXPECT_EQ(layout.statistics_size(), 0);
  EXPECT_EQ(layout.trainable_count(), 60 * 128 + 128 * 256 + 256 * 128 + 128 * 64 + 64 * 7 + 128 + 256 + 128 + 64 + 7);
  EXPECT_EQ(layout.tape_size(256), 256 * (128 + 256 + 128 + 64));
}

TEST(MlpLayout, NormalisesAllHiddenLayersButTheLast) {
  const MlpLayout layout({.input = 60, .hidden = {128, 256, 128, 64}, .batch_norm = true, .dropout = 0.2f});
  EXPECT_EQ(layout.trainable_count(), 83463);  // what PyTorch counts for the original's network
  EXPECT_EQ(names(layout.statistics()),
            (std::vector<std::string>{"layers.0.norm.running_mean", "layers.0.norm.running_var",
                                      "layers.1.norm.running_mean", "layers.1.norm.running_var",
                                      "layers.2.norm.running_mean", "layers.2.norm.running_var"}));
  EXPECT_EQ(layout.parameters()[2].name, "layers.0.norm.weight");
  EXPECT_EQ(layout.parameters()[3].name, "layers.0.norm.bias");
  for (std::size_t l = 0; l < 5; ++l) {
    EXPECT_EQ(layout.layers()[l].batch_norm(), l < 3);
    EXPECT_EQ(layout.layers()[l].dropout, l < 3);
    EXPECT_EQ(layout.layers()[l].relu, l < 4);
  }
}

// Every float of the flat arrays and of the tape belongs to exactly one tensor, and each begins on a vector.
TEST(MlpLayout, TensorsTileTheFlatArrays) {
  const MlpLayout layout({.input = 7, .hidden = {1, 17, 5, 33}, .batch_norm = true});
  for (const auto* list : {&layout.parameters(), &layout.statistics()}) {
    std::int64_t end = 0;
    for (const TensorInfo& tensor : *list) {
      EXPECT_EQ(tensor.offset, end) << tensor.name;
      EXPECT_EQ(tensor.offset % kColumnPadding, 0) << tensor.name;
      EXPECT_GE(tensor.stride, tensor.cols) << tensor.name;
      EXPECT_LT(tensor.stride, tensor.cols + kColumnPadding) << tensor.name;
      end += tensor.rows * tensor.stride;
    }
    EXPECT_EQ(end, list == &layout.parameters() ? layout.parameter_size() : layout.statistics_size());
  }
  const std::int64_t rows = 3;
  std::int64_t end = 0;
  for (std::size_t l = 0; l < 4; ++l) {
    const std::int64_t stride = layout.layers()[l].stride;
    const LayerTape tape = layout.tape(rows, l);
    EXPECT_EQ(tape.activations, end);
    end += rows * stride;
    if (layout.layers()[l].batch_norm()) {
      EXPECT_EQ(tape.linear, end);
      EXPECT_EQ(tape.mean, end + rows * stride);
      EXPECT_EQ(tape.inverse_deviation, end + (rows + 1) * stride);
      end += (rows + 2) * stride;
    }
  }
  EXPECT_EQ(end, layout.tape_size(rows));
  EXPECT_EQ(layout.tape(rows, 4).activations, -1);
}

TEST(MlpLayout, AcceptsAnyNumberOfHiddenLayers) {
  const MlpLayout linear({.input = 3, .hidden = {}, .batch_norm = true, .dropout = 0.5f});
  ASSERT_EQ(linear.layers().size(), 1u);
  EXPECT_FALSE(linear.layers()[0].relu);
  EXPECT_EQ(linear.parameter_size(), 3 * 16 + 16);
  EXPECT_EQ(linear.tape_size(10), 0);
  const MlpLayout one({.input = 3, .hidden = {1}, .batch_norm = true, .dropout = 0.5f});
  EXPECT_FALSE(one.layers()[0].batch_norm());
  EXPECT_FALSE(one.layers()[0].dropout);
}

TEST(MlpLayout, RefusesImpossibleNetworks) {
  EXPECT_THROW(MlpLayout({.input = 0}), Error);
  EXPECT_THROW(MlpLayout({.hidden = {16, 0}}), Error);
  EXPECT_THROW(MlpLayout({.hidden = {-3}}), Error);
  EXPECT_THROW(MlpLayout({.hidden = {kLargestLayer + 1}}), Error);
  EXPECT_THROW(MlpLayout({.dropout = 1.0f}), Error);
  EXPECT_THROW(MlpLayout({.dropout = -0.1f}), Error);
  EXPECT_THROW(MlpLayout({.dropout = NAN}), Error);
}

TEST(MlpInit, DrawsPyTorchsDefaults) {
  const MlpLayout layout({.input = 60, .hidden = {128, 50, 64}, .batch_norm = true});
  std::vector<float> parameters(static_cast<std::size_t>(layout.parameter_size()), NAN);
  initialise(layout, 11, parameters);
  for (const LayerInfo& layer : layout.layers()) {
    const double bound = 1 / std::sqrt(static_cast<double>(layer.in));
    double sum = 0, squares = 0;
    for (std::int64_t r = 0; r <= layer.in; ++r)  // the last row is the bias
      for (std::int64_t c = 0; c < layer.stride; ++c) {
        const std::int64_t place = r < layer.in ? layer.weight + r * layer.stride + c : layer.bias + c;
        const double value = parameters[static_cast<std::size_t>(place)] / bound;
        if (c >= layer.out) {
          EXPECT_EQ(value, 0);
          continue;
        }
        ASSERT_LE(std::abs(value), 1 + 1e-6);
        sum += value;
        squares += value * value;
      }
    // Uniform in [-1, 1]: mean 0 with deviation sqrt(1 / 3 n), mean square 1/3 with deviation sqrt(4 / 45 n).
    const double n = static_cast<double>((layer.in + 1) * layer.out);
    EXPECT_LE(std::abs(sum / n), 5 * std::sqrt(1 / (3 * n)));
    EXPECT_LE(std::abs(squares / n - 1.0 / 3), 5 * std::sqrt(4 / (45 * n)));
    for (std::int64_t c = 0; layer.batch_norm() && c < layer.stride; ++c) {
      EXPECT_EQ(parameters[static_cast<std::size_t>(layer.gamma + c)], c < layer.out ? 1 : 0);
      EXPECT_EQ(parameters[static_cast<std::size_t>(layer.beta + c)], 0);
    }
  }
  std::vector<float> again(parameters.size()), other(parameters.size());
  initialise(layout, 11, again);
  initialise(layout, 12, other);
  EXPECT_EQ(parameters, again);
  EXPECT_NE(parameters, other);
}

TEST(MlpInit, StatisticsBeginAtTheStandardNormal) {
  const MlpLayout layout({.input = 4, .hidden = {5, 3}, .batch_norm = true});
  std::vector<float> statistics(static_cast<std::size_t>(layout.statistics_size()), NAN);
  initialise_statistics(layout, statistics);
  for (std::size_t i = 0; i < 32; ++i) EXPECT_EQ(statistics[i], i >= 16 && i < 21 ? 1 : 0) << i;
}

}  // namespace
}  // namespace fractalsync
