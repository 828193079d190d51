// The app's looks: light of all samples, coarser and coarser copies of that for the light around a pixel, then bytes
// (math/field.h, math/looks.h, math/finish.h).
#include "cuda/cuda_backend.h"
#include "cuda/warp_sums.cuh"
#include "math/finishes.h"
#include "math/looks.h"

namespace fractalsync::cuda {
namespace {

constexpr int kThreads = 128;
/// The samples beside and below (or above) in a warp, all of which must ask together.
struct WarpNeighbours {
  int below = 0;  ///< the bit of a lane's number that tells it from the one below

  FS_HOST_DEVICE float width(float x) const {
#if defined(__CUDA_ARCH__) || !defined(__CUDACC__)
    const float beside = __shfl_xor_sync(kAllLanes, x, 1), under = __shfl_xor_sync(kAllLanes, x, below);
    return std::fabs(x - beside) + std::fabs(x - under);
#else
    return x;  // never run: nvcc also compiles formulas for the host
#endif
  }
};

/// A warp is 8 pixels by 4, or, four samples of each together, 4 by 2; a block is warps side by side.
constexpr int kWarps = kThreads / 32;
FS_FORMULA int warp_across(const math::SampleOrder& order) { return order.quads ? 4 : 8; }
FS_FORMULA int warp_down(const math::SampleOrder& order) { return order.quads ? 2 : 4; }

/// Three planes of a picture.
struct Planes {
  float* plane[3];
};

/// Square roots of light, averaged over a pixel's samples. One thread per pixel of the upper half, or four where its
/// samples come in fours (math::SampleOrder), which add up by two shuffles; it also colours the opposite pixel, of the
/// same orbit. Per sample up to 120 steps of some 60 operations, and some hundreds for each of the two colours. A warp
/// stays together: it asks its neighbours. Four blocks to a processor, so that the compiler takes the registers it
/// needs.
template <template <class, class> class Text>
__global__ void __launch_bounds__(kThreads, 4) look_kernel(math::LookView view, Planes planes) {
  using Float = math::glsl::Float<float>;
  using Vec2 = math::glsl::Vec2<float>;
  using Vec3 = math::glsl::Vec3<float>;
  const math::SampleOrder order(view.samples);
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  const int pixel = order.quads ? lane / 4 : lane, neighbour = order.quads ? lane % 4 : 0;
  const int across = warp_across(order), down = warp_down(order);
  const int row = static_cast<int>(blockIdx.y) * down + pixel / across;
  const int column = (static_cast<int>(blockIdx.x) * kWarps + warp) * across + pixel % across;
  auto look = math::look_of<Text<float, WarpNeighbours>, float>(view, WarpNeighbours{order.quads ? 2 : 8});
  Vec3 sums[2] = {Vec3(Float(0.0f)), Vec3(Float(0.0f))};
  for (int round = 0; round < order.rounds(); ++round) {
    Vec2 at = math::look_place(view, static_cast<float>(view.samples * row + order.down(round, neighbour / 2)),
                               static_cast<float>(view.samples * column + order.across(round, neighbour % 2)));
    math::FieldOrbit<float, bool> orbit;
    orbit.start(view, at);
    for (int n = 1; n <= math::kDisplayIterations && orbit.running; ++n) orbit.step(view, n);
    math::Field<float> field = orbit.field(view);
    at = Float(1.0f / view.half_side) * at;
    for (Vec3& sum : sums) {
      sum += math::kept_light(look.look(field, at));
      field = math::opposite(field);
      at = -at;
    }
  }
  const float share = 1.0f / static_cast<float>(view.samples * view.samples);
  const std::int64_t here = std::int64_t{row} * view.width + column;
  const std::int64_t there = std::int64_t{view.width} * view.height - 1 - here;
  const bool inside = 2 * row < view.height && column < view.width && neighbour == 0;
  const bool mirrored = 2 * row + 1 < view.height;  // the middle row holds its own opposites
  for (int half = 0; half < 2; ++half) {
    const float sum[3] = {share * sums[half].x.v, share * sums[half].y.v, share * sums[half].z.v};
    for (int k = 0; k < 3; ++k) {
      float mean = sum[k];
      if (order.quads) {
        mean += __shfl_xor_sync(kAllLanes, mean, 1);
        mean += __shfl_xor_sync(kAllLanes, mean, 2);
      }
      if (inside && (half == 0 || mirrored)) planes.plane[k][half == 0 ? here : there] = mean;
    }
  }
}

struct PlaneCopies {
  const float* plane[3];
  int width, height;

  FS_HOST_DEVICE math::Plane view(int k) const { return {plane[k], width, height}; }
};

/// The next coarser copy: a thread per pixel of the three planes, one after the other. Four floats read, one written.
__global__ void __launch_bounds__(kThreads) coarser_kernel(PlaneCopies from, Planes to, int width, int height) {
  const std::int64_t i = std::int64_t{blockIdx.x} * kThreads + threadIdx.x, size = std::int64_t{width} * height;
  if (i >= 3 * size) return;
  const int k = static_cast<int>(i / size), row = static_cast<int>(i % size / width),
            column = static_cast<int>(i % size % width);
  to.plane[k][i % size] = math::coarser_pixel(from.view(k), width, height, column, row);
}

/// The light around, at every step-th pixel: a thread per point of the three grids. 48 floats read of copies that fit
/// into the cache.
__global__ void __launch_bounds__(kThreads) wide_kernel(PlaneCopies first, PlaneCopies second, PlaneCopies third,
                                                        int width, int height, int step, Planes grid) {
  const int grid_width = math::wide_count(width, step);
  const std::int64_t size = std::int64_t{grid_width} * math::wide_count(height, step);
  const std::int64_t i = std::int64_t{blockIdx.x} * kThreads + threadIdx.x;
  if (i >= 3 * size) return;
  const int k = static_cast<int>(i / size);
  const math::Plane copies[math::kWideCopies] = {first.view(k), second.view(k), third.view(k)};
  grid.plane[k][i % size] = math::wide_light(copies, width, height, step, static_cast<int>(i % size % grid_width),
                                             static_cast<int>(i % size / grid_width));
}

/// A thread per pixel: 3 floats read, 12 of a grid that fits into the cache, 3 bytes written.
__global__ void __launch_bounds__(kThreads)
    finish_kernel(math::Finish finish, PlaneCopies picture, Planes grid, int step, std::uint8_t* rgb) {
  using Vec3 = math::glsl::Vec3<float>;
  const int width = picture.width, height = picture.height;
  const std::int64_t i = std::int64_t{blockIdx.x} * kThreads + threadIdx.x;
  if (i >= std::int64_t{width} * height) return;
  const int row = static_cast<int>(i / width), column = static_cast<int>(i % width);
  float wide[3] = {0, 0, 0};
  if (finish.bloom > 0)
    for (int k = 0; k < 3; ++k)
      wide[k] = math::spread_wide(grid.plane[k], math::wide_count(width, step), step, row, column);
  const float scale = math::finish_scale(width, height);
  const float across =
      scale / static_cast<float>(height) * (static_cast<float>(column) + 0.5f * (1.0f - static_cast<float>(width)));
  const float down = (static_cast<float>(row) + 0.5f) / static_cast<float>(height) - 0.5f;
  math::Finisher<float> finisher;
  const Vec3 bytes = finisher.bytes(
      finish, Vec3(picture.plane[0][i], picture.plane[1][i], picture.plane[2][i]), Vec3(wide[0], wide[1], wide[2]),
      math::grain_at(static_cast<std::uint32_t>(column), static_cast<std::uint32_t>(height - 1 - row)),
      {across, scale * down});
  rgb[3 * i] = static_cast<std::uint8_t>(bytes.x.v);
  rgb[3 * i + 1] = static_cast<std::uint8_t>(bytes.y.v);
  rgb[3 * i + 2] = static_cast<std::uint8_t>(bytes.z.v);
}

using LookKernel = void (*)(math::LookView, Planes);
LookKernel kernel_of(Look look) {
  switch (look) {
    case Look::classic:
      break;  // has a kernel of its own
    case Look::aurora:
      return look_kernel<math::Aurora>;
    case Look::ink:
      return look_kernel<math::Ink>;
    case Look::glass:
      return look_kernel<math::Glass>;
    case Look::paper:
      return look_kernel<math::Paper>;
    case Look::engraving:
      return look_kernel<math::Engraving>;
    case Look::nacre:
      return look_kernel<math::Nacre>;
  }
  return nullptr;
}

}  // namespace

void CudaBackend::draw_look(const DisplaySpec& spec, const DisplayFrame& frame, View<std::uint8_t> picture) {
  const math::Copies sizes = math::copies_of(spec.width, spec.height);
  const math::Finish finish = math::finish_of(spec.look);
  const int step = math::wide_step(sizes), last = sizes.first + math::kWideCopies - 1;
  const std::int64_t grid_size = std::int64_t{math::wide_count(spec.width, step)} * math::wide_count(spec.height, step);
  std::int64_t floats = 3 * grid_size;
  for (int copy = 0; copy <= last; ++copy) floats += 3 * std::int64_t{sizes.width[copy]} * sizes.height[copy];
  float* next = scratch<float>(floats);
  const auto three = [&](std::int64_t size) {
    const Planes planes{{next, next + size, next + 2 * size}};
    next += 3 * size;
    return planes;
  };
  const Planes grid = three(grid_size);
  PlaneCopies copies[math::kMostCopies];
  for (int copy = 0; copy <= last; ++copy) {
    const int width = sizes.width[copy], height = sizes.height[copy];
    const Planes planes = three(std::int64_t{width} * height);
    copies[copy] = {{planes.plane[0], planes.plane[1], planes.plane[2]}, width, height};
    if (copy == 0) {
      const math::SampleOrder order(spec.samples);
      const int across = warp_across(order) * kWarps, down = warp_down(order);
      const dim3 tiles(static_cast<unsigned>((width + across - 1) / across),
                       static_cast<unsigned>(((height + 1) / 2 + down - 1) / down));
      launch("look", kernel_of(spec.look), tiles, kThreads, 0, stream_, math::look_view(spec, frame), planes);
    } else if (finish.bloom > 0) {
      launch("coarser", coarser_kernel, blocks_for(3LL * width * height, kThreads), kThreads, 0, stream_,
             copies[copy - 1], planes, width, height);
    }
  }
  if (finish.bloom > 0)
    launch("wide", wide_kernel, blocks_for(3 * grid_size, kThreads), kThreads, 0, stream_, copies[sizes.first],
           copies[sizes.first + 1], copies[sizes.first + 2], spec.width, spec.height, step, grid);
  launch("finish", finish_kernel, blocks_for(1LL * spec.width * spec.height, kThreads), kThreads, 0, stream_, finish,
         copies[0], grid, step, picture.data());
}

}  // namespace fractalsync::cuda
