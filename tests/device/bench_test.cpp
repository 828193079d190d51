// Every case of `fractalsync bench`, small, on the device: as it is, and recorded and replayed where it says that it
// can be. What a case computes is tested elsewhere; here, that it hands the device what it may touch, all of it filled.
#include <set>

#include "bench/case.h"
#include "device/device.h"

namespace fractalsync::test {
namespace {

using bench::Case;
using bench::Prepared;

bench::Sizes small_sizes() {
  bench::Sizes sizes;
  sizes.seconds = 1;
  sizes.music_frames = 50;
  sizes.many_sequences = 3;
  sizes.length = 8;
  sizes.network.hidden = {24, 16};
  sizes.wide.hidden = {40};
  sizes.side = 8;
  sizes.iterations = 10;
  sizes.escape_images = 2;
  sizes.escape_side = 8;
  sizes.display_width = 9;
  sizes.display_height = 7;
  return sizes;
}

std::string stage_of(const Case& each) { return each.name.substr(0, each.name.find('/')); }

class DeviceBench : public DeviceTest {};

TEST_P(DeviceBench, EveryCaseRunsAndReplays) {
  for (const Case& each : bench::all_cases(small_sizes())) {
    SCOPED_TRACE(each.name);
    const Prepared prepared = each.prepare(*device);
    prepared.run();
    if (each.recordable) {
      const auto recording = device->record(prepared.run);
      for (int replay = 0; replay < 3; ++replay) recording->replay();
    }
    Buffer<float> word(device->memory(), 1);
    upload<float>(*device, std::vector<float>(1), word.view());  // waits: a fault is this case's
    EXPECT_GT(prepared.work.items, 0);
    EXPECT_GE(prepared.work.bytes, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, DeviceBench, testing::Values(device_seeds().front()));

// The table of kernels/README.md promises a case for every stage of backend.h, and --filter tells cases by their names.
TEST(BenchCases, HaveNamesOfTheirOwn) {
  std::set<std::string> names, stages;
  for (const Case& each : bench::all_cases(bench::Sizes())) {
    EXPECT_TRUE(names.insert(each.name).second) << each.name << " is there twice";
    stages.insert(stage_of(each));
  }
  EXPECT_EQ(
      stages,
      (std::set<std::string>{
          "features",   "model_features", "deltas",          "feature_moments", "window_targets", "standardize",
          "begin_step", "draw_batch",     "gather_targets",  "record_step",     "mlp_forward",    "mlp_backward",
          "adamw",      "visual_forward", "julia_images",    "julia_metrics",   "connectedness",  "escape_time_images",
          "display",    "loss",           "visual_backward", "atlas_forward",   "atlas_backward", "training_step"}));
}

// A product by hand: three layers, 60-24-16-7, and eight windows of two sequences.
TEST(BenchCases, CountTheNetworksOperations) {
  const auto cpu = make_cpu_backend(1);
  const auto flops = [&](const std::string& name) {
    for (const Case& each : bench::all_cases(small_sizes()))
      if (each.name == name) return each.prepare(*cpu).work.flops;
    ADD_FAILURE() << "there is no " << name;
    return 0.0;
  };
  EXPECT_EQ(flops("mlp_forward/windows:16"), 2.0 * 16 * (60 * 24 + 24 * 16 + 16 * 7));
  EXPECT_EQ(flops("mlp_backward/windows:16"), 2.0 * 16 * (60 * 24 + 2 * (24 * 16 + 16 * 7)));
}

}  // namespace
}  // namespace fractalsync::test
