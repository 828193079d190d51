// The app's looks in vectors of pixels (math/field.h and math/looks.h have the formulas). Sixteen lanes are a tile of 4
// x 4 pixels; a pixel's samples follow each other. Half a picture is iterated: a sample and its opposite share an
// orbit, and are coloured each for itself.
#include "cpu/looks_lanes.h"

#include "cpu/display_lanes.h"
#include "cpu/lanes.h"
#include "cpu/lanes_math.h"
#include "math/looks.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {
namespace {

using Number = Lanes<float>;
using Mask = LaneMask<float>;
using Vec3 = math::glsl::Vec3<Number>;
using GlslFloat = math::glsl::Float<Number>;

static_assert(kLanes == 16 && kDisplayRows == 4);
/// Steps from one look for tiles that are done to the next.
constexpr int kStepsAtOnce = 4;

/// The samples beside and below (or above) in a tile.
struct TileNeighbours {
  int below = 0;  ///< the bit of a lane's number that tells it from the one below

  FS_LANES Number width(Number x) const {
    alignas(64) float lane[kLanes], sum[kLanes];
    store(lane, x);
    for (int l = 0; l < kLanes; ++l)
      sum[l] = __builtin_fabsf(lane[l] - lane[l ^ 1]) + __builtin_fabsf(lane[l] - lane[l ^ below]);
    return load(sum);
  }
};

math::Field<Number> field_of(const math::LookView& view, math::glsl::Vec2<Number> at) {
  math::FieldOrbit<Number, Mask> orbit;
  orbit.start(view, at);
  for (int n = 1; n <= math::kDisplayIterations; ++n) {
    orbit.step(view, n);
    if (n % kStepsAtOnce == 0 && !any(orbit.running)) break;
  }
  return orbit.field(view);
}

/// What lane l of a tile is: a pixel of it, and in quads a sample of that.
struct Lane {
  int row, column, down, across;
};
FS_LANES Lane lane_of(const math::SampleOrder& order, int l) {
  if (order.quads) return {l / 8, l / 4 % 2, l / 2 % 2, l % 2};
  return {l / 4, l % 4, 0, 0};
}

template <template <class, class> class Text>
void draw(const math::LookView& view, int first, float* const* planes) {
  const math::SampleOrder order(view.samples);
  const int side = order.quads ? 2 : 4;  // pixels of a tile
  const GlslFloat scale = fill(1.0f / view.half_side);
  auto look = math::look_of<Text<Number, TileNeighbours>, Number>(view, TileNeighbours{order.quads ? 2 : 4});
  const std::int64_t width = view.width, height = view.height;
  for (int top = first; top < first + kDisplayRows; top += side)
    for (int left = 0; left < view.width; left += side) {
      Vec3 sums[2] = {Vec3(0.0), Vec3(0.0)};  // of this half of the picture and of the opposite one
      for (int round = 0; round < order.rounds(); ++round) {
        alignas(64) float down[kLanes], across[kLanes];
        for (int l = 0; l < kLanes; ++l) {
          const Lane lane = lane_of(order, l);
          down[l] = static_cast<float>(view.samples * (top + lane.row) + order.down(round, lane.down));
          across[l] = static_cast<float>(view.samples * (left + lane.column) + order.across(round, lane.across));
        }
        math::glsl::Vec2<Number> at = math::look_place(view, load(down), load(across));
        math::Field<Number> field = field_of(view, at);
        at = scale * at;
        for (Vec3& sum : sums) {
          sum += math::kept_light(look.look(field, at));
          field = math::opposite(field);
          at = -at;
        }
      }
      for (int half = 0; half < 2; ++half) {
        alignas(64) float channel[3][kLanes];
        const Number share = fill(1.0f / static_cast<float>(view.samples * view.samples));
        store(channel[0], share * sums[half].x.v);
        store(channel[1], share * sums[half].y.v);
        store(channel[2], share * sums[half].z.v);
        for (int l = 0; l < kLanes; l += order.quads ? 4 : 1) {
          const Lane lane = lane_of(order, l);
          const std::int64_t y = top + lane.row, x = left + lane.column;
          if (2 * y >= height || x >= width) continue;
          if (half == 1 && 2 * y + 1 == height) continue;  // the middle row holds its own opposites
          const std::int64_t pixel = half == 0 ? y * width + x : (height - 1 - y) * width + width - 1 - x;
          for (int k = 0; k < 3; ++k) {
            const float* const c = channel[k] + l;
            planes[k][pixel] = order.quads ? (c[0] + c[1]) + (c[2] + c[3]) : c[0];
          }
        }
      }
    }
}

void draw_rows(Look look, const math::LookView& view, int first, float* const* planes) {
  switch (look) {
    case Look::classic:
      return;  // has kernels of its own
    case Look::aurora:
      return draw<math::Aurora>(view, first, planes);
    case Look::ink:
      return draw<math::Ink>(view, first, planes);
    case Look::glass:
      return draw<math::Glass>(view, first, planes);
    case Look::paper:
      return draw<math::Paper>(view, first, planes);
    case Look::engraving:
      return draw<math::Engraving>(view, first, planes);
    case Look::nacre:
      return draw<math::Nacre>(view, first, planes);
  }
}

void finish_row(const math::Finish& finish, const FinishRow& row, int width, int height, std::uint8_t* rgb) {
  math::Finisher<Number> finisher;
  const auto vec3 = [](const float* const* planes, int i) {
    return Vec3(load(planes[0] + i), load(planes[1] + i), load(planes[2] + i));
  };
  // 0.5 at the border of the shorter side.
  const float scale = math::finish_scale(width, height), pitch = scale / static_cast<float>(height);
  for (int i = 0; i < width; i += kLanes) {
    const Number across = fill(pitch) * (iota(static_cast<float>(i)) + fill(0.5f * (1.0f - static_cast<float>(width))));
    const Vec3 bytes = finisher.bytes(finish, vec3(row.kept, i), vec3(row.wide, i), load(row.grain + i),
                                      {across, fill(scale * row.down)});
    alignas(64) float channel[3][kLanes];
    store(channel[0], bytes.x.v);
    store(channel[1], bytes.y.v);
    store(channel[2], bytes.z.v);
    const int count = width - i < kLanes ? width - i : kLanes;
    for (int l = 0; l < count; ++l)
      for (int k = 0; k < 3; ++k) rgb[3 * (i + l) + k] = static_cast<std::uint8_t>(channel[k][l]);
  }
}

}  // namespace

const LookKernels look_kernels = {draw_rows, finish_row};

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
