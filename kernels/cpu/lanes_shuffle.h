// Moving numbers between lanes: transposing on the way in from memory, and taking the neighbour's value.
#pragma once

#include "cpu/lanes.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {

namespace detail {

using FloatTag = Lanes<float>::Tag;

/// Four consecutive floats of every fourth row: 128-bit block b of the result is row[4 b][0..3].
template <class Tag>
FS_LANES hn::Vec<Tag> load_blocks(Tag tag, const float* const* row, std::int64_t offset) {
  constexpr int lanes = hn::MaxLanes(Tag{});
  static_assert(lanes >= 4, "the transposes work on blocks of four floats");
  if constexpr (lanes == 4) {
    return hn::LoadU(tag, row[0] + offset);
  } else {
    const hn::Half<Tag> half;
    return hn::Combine(tag, load_blocks(half, row + lanes / 2, offset), load_blocks(half, row, offset));
  }
}

}  // namespace detail

/// Reads row[l][offset + 0..3] of sixteen rows: lane l of column[i] is row[l][offset + i].
FS_LANES void load_columns_4(const float* const* row, std::int64_t offset, Lanes<float>* column) {
  using L = Lanes<float>;
  const detail::FloatTag f32;
  const hn::Repartition<double, detail::FloatTag> f64;
  // Transposes of 4 by 4 within 128-bit blocks; the blocks are already where they belong.
  _Pragma("GCC unroll 16") for (int p = 0; p < L::kParts; ++p) {
    const float* const* rows = row + p * L::kPartLanes;
    const auto r0 = detail::load_blocks(f32, rows, offset), r1 = detail::load_blocks(f32, rows + 1, offset);
    const auto r2 = detail::load_blocks(f32, rows + 2, offset), r3 = detail::load_blocks(f32, rows + 3, offset);
    const auto low_01 = hn::BitCast(f64, hn::InterleaveLower(f32, r0, r1));
    const auto low_23 = hn::BitCast(f64, hn::InterleaveLower(f32, r2, r3));
    const auto high_01 = hn::BitCast(f64, hn::InterleaveUpper(f32, r0, r1));
    const auto high_23 = hn::BitCast(f64, hn::InterleaveUpper(f32, r2, r3));
    column[0].part[p] = hn::BitCast(f32, hn::InterleaveLower(f64, low_01, low_23));
    column[1].part[p] = hn::BitCast(f32, hn::InterleaveUpper(f64, low_01, low_23));
    column[2].part[p] = hn::BitCast(f32, hn::InterleaveLower(f64, high_01, high_23));
    column[3].part[p] = hn::BitCast(f32, hn::InterleaveUpper(f64, high_01, high_23));
  }
}

/// Lane l of the result is lane l - 1 of `v`; lane 0 is `carry`, which becomes lane 15 of `v`.
FS_LANES Lanes<float> shift_in(Lanes<float> v, float& carry) {
  using L = Lanes<float>;
  const detail::FloatTag tag;
  alignas(64) static constexpr std::int32_t kRotation[kLanes] = {-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
  const auto rotation = hn::And(hn::Load(hn::RebindToSigned<detail::FloatTag>{}, kRotation),
                                hn::Set(hn::RebindToSigned<detail::FloatTag>{}, L::kPartLanes - 1));
  const auto indices = hn::IndicesFromVec(tag, rotation);
  const auto first = hn::FirstN(tag, 1);
  L result;
  auto entering = hn::Set(tag, carry);
  _Pragma("GCC unroll 16") for (int p = 0; p < L::kParts; ++p) {
    const auto rotated = hn::TableLookupLanes(v.part[p], indices);
    result.part[p] = hn::IfThenElse(first, entering, rotated);
    entering = rotated;
  }
  carry = hn::GetLane(entering);
  return result;
}

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
