// First step of the feature kernels: sixteen hops (512 samples each) side by side. A frame is four neighbouring hops,
// so a hop is transposed and measured once; the four frames that share it read the same columns, shifted by one.
#pragma once

#include "cpu/features_lanes.h"
#include "cpu/lanes_shuffle.h"
#include "math/features.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {

inline constexpr int kHopsPerFrame = kFftSize / kHop;
inline constexpr int kCarriedHops = kHopsPerFrame - 1;  ///< columns that the next sixteen frames need again
inline constexpr int kHopColumns = kLanes + kCarriedHops;
/// Not a power of two: rows of a frame that a transform reads together then fall into different cache sets.
inline constexpr int kHopStride = kHopColumns + 1;

struct Hops {
  float sample[kHop][kHopStride];   ///< [sample within the hop][hop]
  float square_sum[kHopStride];
  float crossings[kHopStride];      ///< between samples of the hop
  float entering[kHopStride];       ///< 1 where the sign changes from the hop before
};

inline bool crosses(const float* sample) { return math::is_negative(sample[-1]) != math::is_negative(sample[0]); }

/// Takes back the crossing counted between samples `place` - 1 and `place`, should these be among the sixteen hops.
inline void ignore_crossing(const FeatureFrames& in, std::int64_t place, std::int64_t first_hop, Hops& hops) {
  const std::int64_t lane = place / kHop - first_hop;
  if (place <= 0 || place >= in.size || lane < 0 || lane >= kLanes || !crosses(in.samples + place)) return;
  float* counted = place % kHop == 0 ? hops.entering : hops.crossings;
  counted[kCarriedHops + lane] -= 1;
}

/// Moves the last three hops to the front and puts hops [first_hop, first_hop + 16) of the input behind them. Hops
/// outside the input read as its first or last; no frame that counts uses them.
inline void load_hops(const FeatureFrames& in, std::int64_t first_hop, Hops& hops) {
  const std::int64_t last_hop = in.size / kHop - 1;
  for (float* row : {hops.square_sum, hops.crossings, hops.entering})
    for (int c = 0; c < kCarriedHops; ++c) row[c] = row[kLanes + c];

  const float* source[kLanes];
  for (int lane = 0; lane < kLanes; ++lane) {
    std::int64_t hop = first_hop + lane;
    hop = hop < 0 ? 0 : hop > last_hop ? last_hop : hop;
    source[lane] = in.samples + hop * kHop;
    hops.entering[kCarriedHops + lane] = hop > 0 && crosses(source[lane]) ? 1.0f : 0.0f;
  }

  const hn::FixedTag<float, 4> four;
  Lanes<float> square_sum[4] = {zeros<float>(), zeros<float>(), zeros<float>(), zeros<float>()};
  Lanes<float> crossings = zeros<float>();
  Lanes<float> column[4];
  load_columns_4(source, 0, column);
  LaneMask<float> negative = math::is_negative(column[0]);
  for (int n = 0; n < kHop; n += 4) {
    load_columns_4(source, n, column);
    _Pragma("GCC unroll 4") for (int i = 0; i < 4; ++i) {
      float* row = hops.sample[n + i];
      hn::StoreU(hn::LoadU(four, row + kLanes), four, row);
      store(row + kCarriedHops, column[i]);
      square_sum[i] = mul_add(column[i], column[i], square_sum[i]);
      const LaneMask<float> before = negative;
      negative = math::is_negative(column[i]);
      crossings = crossings + keep(before ^ negative, fill(1.0f));
    }
  }
  store(hops.square_sum + kCarriedHops, (square_sum[0] + square_sum[1]) + (square_sum[2] + square_sum[3]));
  store(hops.crossings + kCarriedHops, crossings);
  // At the edges of the file the padding repeats the neighbouring sample: no crossing there.
  ignore_crossing(in, in.file_begin, first_hop, hops);
  ignore_crossing(in, in.file_end, first_hop, hops);
}

/// Sum over the four hops of each of sixteen frames.
FS_LANES Lanes<float> sum_hops(const float* per_hop) {
  return (load(per_hop) + load(per_hop + 1)) + (load(per_hop + 2) + load(per_hop + 3));
}

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
