// Choosing a batch: by counter, so that any device and any resumed run draws the same one.
#include <algorithm>

#include "core/rng.h"
#include "cpu/cpu_backend.h"
#include "math/visual.h"

namespace fractalsync::cpu {

void CpuBackend::draw_batch(const BatchKey& key, const StartTable& table, View<std::int64_t> starts,
                            View<float> phases) {
  FS_CHECK_EQ(starts.size(), phases.size());
  FS_CHECK_EQ(table.first_frame.size(), table.last_start.size());
  FS_CHECK(!table.last_start.empty());
  const std::int64_t total = table.last_start[table.last_start.size() - 1];
  FS_CHECK(total > 0 && total <= std::int64_t{0xffffffff});
  for (std::int64_t q = 0; q < starts.size(); ++q) {
    const RandomBlock random =
        random_block(key.seed, RandomStream::batch, key.step, static_cast<std::uint32_t>(q));
    const std::int64_t n = uniform_below(random.word[0], static_cast<std::uint32_t>(total));
    const std::int64_t track =
        std::upper_bound(table.last_start.begin(), table.last_start.end(), n) - table.last_start.begin();
    const std::int64_t before = track == 0 ? 0 : table.last_start[track - 1];
    starts[q] = table.first_frame[track] + (n - before);
    phases[q] = static_cast<float>(math::kTwoPi) * uniform_float(random.word[1]);
  }
}

void CpuBackend::gather_targets(Matrix<const float> frame_targets, View<const std::int64_t> starts, int length,
                                Matrix<float> targets) {
  FS_CHECK_EQ(targets.rows(), starts.size() * length);
  FS_CHECK_EQ(targets.cols(), frame_targets.cols());
  for (std::int64_t q = 0; q < starts.size(); ++q) {
    FS_CHECK(starts[q] >= 0 && starts[q] + length <= frame_targets.rows());
    for (std::int64_t i = 0; i < length; ++i)
      std::copy_n(frame_targets.row(starts[q] + i), targets.cols(), targets.row(q * length + i));
  }
}

}  // namespace fractalsync::cpu
