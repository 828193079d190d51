// The network on the device against the CPU: every way through the layers, every tile size, batches of none, one, odd
// and more than a block, the tape included. And what must not change a number there.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "device/device.h"
#include "support/adamw_run.h"
#include "support/compare.h"
#include "support/isas.h"
#include "support/mlp_run.h"

namespace fractalsync::test {
namespace {

struct Case {
  const char* name;
  MlpSpec spec;
  int sequences, length;
};

// On chip: layers of at most 256. Products: a layer of more, more than eight layers, or batch norm in training.
const Case kCases[] = {
    {"original_no_rows", {}, 2, 0},
    {"original_one_row", {}, 1, 1},
    {"original_odd_rows", {}, 3, 7},
    {"linear", {.input = 24, .hidden = {}}, 2, 9},
    {"every_part_of_a_layer", {.input = 24, .hidden = {129, 65, 33, 17, 5}}, 2, 5},
    {"input_as_wide_as_fits", {.input = 252, .hidden = {256, 7}}, 1, 10},
    {"dropout", {.input = 60, .hidden = {200, 100, 50, 20}, .dropout = 0.3f}, 2, 9},
    {"rows_in_parts", {.input = 12, .hidden = {6}}, 3, 200},
    {"nine_layers", {.input = 12, .hidden = {20, 19, 18, 17, 16, 15, 14, 13}}, 2, 9},
    {"wide", {.input = 12, .hidden = {300, 33}}, 1, 1},
    {"wide_no_rows", {.input = 12, .hidden = {300, 33}}, 1, 0},
    {"wide_dropout", {.input = 12, .hidden = {300, 33, 9}, .dropout = 0.3f}, 5, 7},
    {"wide_input", {.input = 264, .hidden = {20}}, 2, 9},
    {"wide_tiles_of_64", {.input = 12, .hidden = {300, 40}}, 1, 70},
    {"wide_tiles_of_128", {.input = 12, .hidden = {400, 17}}, 1, 131},
    {"wide_rows_in_parts", {.input = 12, .hidden = {260}}, 2, 135},
    {"batch_norm", {.input = 60, .hidden = {70, 40, 20}, .batch_norm = true}, 3, 7},
    {"batch_norm_one_row", {.input = 12, .hidden = {33, 9}, .batch_norm = true}, 1, 1},
    {"batch_norm_many_rows", {.input = 12, .hidden = {33, 9}, .batch_norm = true, .dropout = 0.2f}, 3, 90},
};

MlpBatch batch_of(const Case& c) {
  const int features = c.spec.input % 6 == 0 ? 6 : 1;
  return random_batch(1, features, c.spec.input / features, c.sequences, c.length);
}

std::vector<float> upstream_of(const MlpBatch& batch) { return random_floats(4, batch.rows() * kOutputs, -1, 1); }

/// Whether the CPU's widest instruction set rounds a b + c once, as the device does.
bool cpu_fuses() { return cpu_isas().back() != "baseline"; }

// Roundings on the way forth and back, as in gradient/mlp_test.cpp; here both sides have them.
double roundings(const MlpLayout& layout, std::int64_t rows) {
  double count = static_cast<double>(rows);
  for (const LayerInfo& layer : layout.layers())
    count += 2.0 * layer.in + (layer.batch_norm() ? 4.0 * static_cast<double>(rows) + 20 : 0);
  return 2 * 4 * std::sqrt(count) * 0x1p-24;
}

/// What lies in the padding of the gradient.
double largest_in_padding(const MlpLayout& layout, std::vector<float> gradient) {
  for (const TensorInfo& t : layout.parameters())
    for (std::int64_t r = 0; r < t.rows; ++r) std::fill_n(gradient.begin() + t.offset + r * t.stride, t.cols, 0.0f);
  return largest_magnitude(View<const float>(gradient));
}

void expect_near(View<const float> actual, View<const float> expected, double relative) {
  EXPECT_TRUE(all_near(actual, expected, relative * std::max(1.0, largest_magnitude(expected))));
}

/// After a training step on both.
void expect_agreement(const MlpRun& run, const MlpResult& result, const MlpRun& other, const MlpResult& expected,
                      double relative) {
  expect_near(result.logits, expected.logits, relative);
  expect_near(run.tape(), other.tape(), relative);
  expect_near(result.gradient, expected.gradient, relative);
  expect_near(result.grad_windows, expected.grad_windows, relative);
  EXPECT_EQ(largest_in_padding(run.layout, result.gradient), 0);
}

class DeviceMlp : public DeviceTest {
 protected:
  MlpRun on_device(const MlpSpec& spec) { return {spec, 3, make_device_backend(GetParam())}; }
  MlpResult step(const MlpSpec& spec, const MlpBatch& batch) { return on_device(spec).step(batch, upstream_of(batch)); }
};

// Each inner product is the same chain of fused multiply-adds on both sides. So without batch norm, whose sums over the
// rows have another order, and where the rows are not summed in parts, all but the biases' gradients agree to the byte.
TEST_P(DeviceMlp, TrainsAsTheCpu) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.name);
    const MlpBatch batch = batch_of(c);
    MlpRun on_cpu(c.spec, 3), there = on_device(c.spec);
    const MlpResult expected = on_cpu.step(batch, upstream_of(batch)), result = there.step(batch, upstream_of(batch));
    const MlpLayout& layout = there.layout;
    const double relative = roundings(layout, batch.rows());
    const bool same_order = cpu_fuses() && !c.spec.batch_norm;
    const auto compare = [&](View<const float> actual, View<const float> wanted, bool exact) {
      const double magnitude = std::max(1.0, largest_magnitude(wanted));
      EXPECT_TRUE(exact ? all_equal_bytes(actual, wanted) : all_near(actual, wanted, relative * magnitude));
    };
    compare(result.logits, expected.logits, same_order);
    compare(there.tape(), on_cpu.tape(), same_order);
    compare(result.statistics, expected.statistics, same_order);
    compare(result.grad_windows, expected.grad_windows, same_order);
    EXPECT_EQ(largest_in_padding(layout, result.gradient), 0);
    for (const TensorInfo& t : layout.parameters()) {
      SCOPED_TRACE(t.name);
      const auto of = [&t](const std::vector<float>& flat) {
        return View<const float>(flat).subview(t.offset, t.rows * t.stride);
      };
      compare(of(result.gradient), of(expected.gradient), same_order && t.rows > 1 && batch.rows() <= 256);
    }
  }
}

TEST_P(DeviceMlp, InfersAsTheCpu) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.name);
    const MlpBatch batch = batch_of(c);
    MlpRun on_cpu(c.spec, 3), there = on_device(c.spec);
    for (MlpRun* run : {&on_cpu, &there})
      for (std::size_t i = 0; i < run->statistics.size(); ++i)
        run->statistics[i] = 0.3f + 0.01f * static_cast<float>(i % 30);
    const std::vector<float> before = there.statistics;
    const std::vector<float> expected = on_cpu.forward(batch, MlpMode::inference);
    const std::vector<float> logits = there.forward(batch, MlpMode::inference);
    if (cpu_fuses())
      EXPECT_TRUE(all_equal_bytes(logits, expected));
    else
      EXPECT_TRUE(all_near(View<const float>(logits), View<const float>(expected),
                           roundings(there.layout, 0) * std::max(1.0, largest_magnitude(View<const float>(expected)))));
    EXPECT_TRUE(all_equal_bytes(there.statistics, before));
  }
}

// Of the cases whose sums are not the CPU's to the byte; those of the others are in any order of execution.
TEST_P(DeviceMlp, OrderOfExecutionDoesNotShow) {
  for (const Case& c : kCases) {
    if (!c.spec.batch_norm && c.sequences * c.length <= 256) continue;
    SCOPED_TRACE(c.name);
    const MlpBatch batch = batch_of(c);
    const MlpResult result = step(c.spec, batch);
    const MlpResult again = MlpRun(c.spec, 3, make_device_backend(GetParam() + 10)).step(batch, upstream_of(batch));
    EXPECT_TRUE(all_equal_bytes(result.logits, again.logits));
    EXPECT_TRUE(all_equal_bytes(result.statistics, again.statistics));
    EXPECT_TRUE(all_equal_bytes(result.gradient, again.gradient));
    EXPECT_TRUE(all_equal_bytes(result.grad_windows, again.grad_windows));
  }
}

// Not to the bit. The bound of tensor_cores.cuh, K / 8 + 30 roundings, is below that of multiply-adds, K, from a depth
// of 35 on; shallower layers have at most 30 more.
TEST_P(DeviceMlp, TensorCoresAreAsAccurate) {
  const CudaOptions tensor_cores{.products = CudaOptions::Products::tensor_cores};
  for (const std::size_t k : {0, 2, 4, 6, 7}) {
    const Case& c = kCases[k];
    SCOPED_TRACE(c.name);
    const MlpBatch batch = batch_of(c);
    MlpRun on_cpu(c.spec, 3), there(c.spec, 3, make_device_backend(GetParam(), tensor_cores));
    const MlpResult expected = on_cpu.step(batch, upstream_of(batch)), result = there.step(batch, upstream_of(batch));
    const double relative =
        roundings(there.layout, batch.rows()) + 30 * static_cast<double>(there.layout.layers().size()) * 0x1p-24;
    expect_agreement(there, result, on_cpu, expected, relative);
    if (batch.rows() > 0 && c.spec.input > 12) {
      EXPECT_FALSE(all_equal_bytes(result.logits, expected.logits));  // it is another way
    }
  }
}

// Every layer that may: between hidden layers, with and without batch norm and dropout; widths that are padded.
TEST_P(DeviceMlp, WideLayersGoThroughCublasLt) {
  CudaOptions options;
  options.wide_layer = 17;
  for (const Case& c :
       {Case{"plain", {.input = 12, .hidden = {300, 37, 20, 33}}, 3, 7},
        Case{"dropout", {.input = 12, .hidden = {300, 37, 20, 33}, .dropout = 0.3f}, 3, 7},
        Case{"batch_norm", {.input = 12, .hidden = {33, 25, 18}, .batch_norm = true, .dropout = 0.2f}, 3, 7},
        Case{"one_row", {.input = 12, .hidden = {300, 20}}, 1, 1},
        Case{"no_rows", {.input = 12, .hidden = {300, 20}}, 2, 0}}) {
    SCOPED_TRACE(c.name);
    const MlpBatch batch = batch_of(c);
    MlpRun narrow = on_device(c.spec), wide(c.spec, 3, make_device_backend(GetParam(), options));
    const MlpResult expected = narrow.step(batch, upstream_of(batch)), result = wide.step(batch, upstream_of(batch));
    // The sums may have any order.
    const double relative = roundings(wide.layout, batch.rows());
    expect_agreement(wide, result, narrow, expected, relative);
    const std::int64_t before = wide.backend->memory().allocations();
    expect_near(wide.forward(batch, MlpMode::inference), narrow.forward(batch, MlpMode::inference), relative);
    EXPECT_EQ(wide.backend->memory().allocations(), before);
  }
}

TEST_P(DeviceMlp, WindowsInPlaceEqualCopiedOnes) {
  for (const MlpSpec& spec : {MlpSpec{.input = 60, .hidden = {40, 9}}, MlpSpec{.input = 60, .hidden = {260, 9}}}) {
    const MlpBatch batch = random_batch(2, 6, 10, 4, 11);
    const MlpResult in_place = step(spec, batch), copied = step(spec, copied_windows(batch));
    EXPECT_TRUE(all_equal_bytes(in_place.logits, copied.logits));
    EXPECT_TRUE(all_equal_bytes(in_place.gradient, copied.gradient));
    EXPECT_TRUE(all_equal_bytes(in_place.grad_windows, copied.grad_windows));
  }
}

TEST_P(DeviceMlp, ABrokenInputShowsInItsLogits) {
  for (const int hidden : {30, 260}) {
    MlpRun run = on_device({.input = 60, .hidden = {hidden, 20}});
    MlpBatch batch = random_batch(1, 60, 1, 1, 4);
    batch.frames[static_cast<std::size_t>(batch.starts[0]) * 60 + 60 + 17] = NAN;  // row 1
    const std::vector<float> logits = run.forward(batch, MlpMode::inference);
    for (std::size_t i = 0; i < logits.size(); ++i) EXPECT_EQ(std::isnan(logits[i]), i / kOutputs == 1) << i;
  }
}

TEST_P(DeviceMlp, RefusesWindowsOfAnotherWidth) {
  EXPECT_THROW(on_device({.input = 60}).forward(random_batch(1, 7, 10, 1, 4), MlpMode::inference), Error);
}

TEST_P(DeviceMlp, RepeatedStepsAllocateNothing) {
  for (const Case& c : {kCases[7], kCases[18]}) {
    SCOPED_TRACE(c.name);
    const MlpBatch batch = batch_of(c);
    MlpRun run = on_device(c.spec);
    run.step(batch, upstream_of(batch));
    const std::int64_t before = run.backend->memory().allocations();
    for (int i = 0; i < 2; ++i) run.step(batch, upstream_of(batch));
    EXPECT_EQ(run.backend->memory().allocations(), before);
  }
}

// The update is the same formula; the norm a sum of another order, in double, which may round a clipped gradient
// differently: by one step of single precision, and with it each moment and the update, at most the rate.
TEST_P(DeviceMlp, AdamWAgreesWithTheCpu) {
  for (const std::int64_t size : {0, 1, 1023, 5000}) {
    SCOPED_TRACE(size);
    AdamWRun there(size), on_cpu(size);
    for (int t = 1; t <= 3; ++t) {
      there.step(*device, {}, t, gradient_of_step(t, size));
      on_cpu.step(*cpu, {}, t, gradient_of_step(t, size));
      EXPECT_LE(std::abs(there.norm[0] - on_cpu.norm[0]), 0x1p-23 * on_cpu.norm[0]);
    }
    const auto near = [](const std::vector<float>& a, const std::vector<float>& b, double magnitude) {
      return all_near(View<const float>(a), View<const float>(b), 3 * 12 * 0x1p-24 * magnitude);
    };
    EXPECT_TRUE(near(there.first, on_cpu.first, largest_magnitude(View<const float>(on_cpu.first))));
    EXPECT_TRUE(near(there.second, on_cpu.second, largest_magnitude(View<const float>(on_cpu.second))));
    EXPECT_TRUE(near(there.parameters, on_cpu.parameters, 1));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, DeviceMlp, testing::ValuesIn(device_seeds()));

}  // namespace
}  // namespace fractalsync::test
