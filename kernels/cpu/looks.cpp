// The app's looks: light of all samples, coarser and coarser copies of that for the light around a pixel, then bytes.
#include <algorithm>
#include <vector>

#include "cpu/cpu_backend.h"
#include "math/finishes.h"

namespace fractalsync::cpu {
namespace {

constexpr int kPixelGroup = 16;  ///< pixels that are finished together

constexpr int padded(int width) { return (width + kPixelGroup - 1) / kPixelGroup * kPixelGroup; }

/// A picture's planes and their coarser copies, in one piece of memory.
class Pyramid {
 public:
  Pyramid(const math::Copies& copies, int count) : copies_(copies) {
    for (int k = 0; k < count; ++k) {
      starts_.push_back(floats_);
      floats_ += 3 * size(k) + kPixelGroup;  // the last group of a row may reach beyond the last plane
    }
  }
  std::int64_t floats() const { return floats_; }
  float* plane(float* memory, int copy, int channel) const {
    return memory + starts_[static_cast<std::size_t>(copy)] + channel * size(copy);
  }
  math::Plane view(const float* memory, int copy, int channel) const {
    return {plane(const_cast<float*>(memory), copy, channel), copies_.width[copy], copies_.height[copy]};
  }

 private:
  std::int64_t size(int copy) const { return std::int64_t{copies_.width[copy]} * copies_.height[copy]; }

  math::Copies copies_;
  std::vector<std::int64_t> starts_;
  std::int64_t floats_ = 0;
};

}  // namespace

void CpuBackend::draw_look(const DisplaySpec& spec, const DisplayFrame& frame, View<std::uint8_t> picture) {
  const math::LookView view = math::look_view(spec, frame);
  const math::Finish finish = math::finish_of(spec.look);
  const math::Copies copies = math::copies_of(spec.width, spec.height);
  const int step = math::wide_step(copies), last = copies.first + math::kWideCopies - 1;
  const int grid_width = math::wide_count(spec.width, step), grid_height = math::wide_count(spec.height, step);
  const Pyramid pyramid(copies, last + 1);
  const std::int64_t grid_size = std::int64_t{grid_width} * grid_height;
  float* const memory = scratch_.floats(pyramid.floats() + 3 * grid_size);
  float* const grid = memory + pyramid.floats();

  float* planes[3];
  for (int k = 0; k < 3; ++k) planes[k] = pyramid.plane(memory, 0, k);
  const int half = (spec.height + 1) / 2;
  pool_.run((half + kDisplayRows - 1) / kDisplayRows, [&](std::int64_t task, int) {
    kernels_.looks->draw_rows(spec.look, view, static_cast<int>(task) * kDisplayRows, planes);
  });
  const bool blooms = finish.bloom > 0;
  for (int copy = 1; blooms && copy <= last; ++copy) {
    const int width = copies.width[copy], height = copies.height[copy];
    pool_.run(3 * std::int64_t{height}, [&](std::int64_t task, int) {
      const int channel = static_cast<int>(task / height), row = static_cast<int>(task % height);
      const math::Plane from = pyramid.view(memory, copy - 1, channel);
      float* const to = pyramid.plane(memory, copy, channel) + std::int64_t{row} * width;
      for (int column = 0; column < width; ++column) to[column] = math::coarser_pixel(from, width, height, column, row);
    });
  }
  if (blooms)
    pool_.run(3 * std::int64_t{grid_height}, [&](std::int64_t task, int) {
      const int channel = static_cast<int>(task / grid_height), j = static_cast<int>(task % grid_height);
      const math::Plane three[] = {pyramid.view(memory, copies.first, channel),
                                   pyramid.view(memory, copies.first + 1, channel),
                                   pyramid.view(memory, copies.first + 2, channel)};
      float* const to = grid + channel * grid_size + std::int64_t{j} * grid_width;
      for (int i = 0; i < grid_width; ++i) to[i] = math::wide_light(three, spec.width, spec.height, step, i, j);
    });
  const int row_floats = padded(spec.width);
  for (int worker = 0; worker < pool_.size(); ++worker) worker_scratch(worker).floats(4 * row_floats);
  pool_.run(spec.height, [&](std::int64_t task, int worker) {
    const int row = static_cast<int>(task);
    float* const scratch = worker_scratch(worker).floats(4 * row_floats);
    float* const grain = scratch + 3 * row_floats;
    FinishRow in{};
    for (int k = 0; k < 3; ++k) {
      in.kept[k] = planes[k] + task * spec.width;
      in.wide[k] = scratch + k * row_floats;
      if (blooms)
        for (int i = 0; i < spec.width; ++i)
          scratch[k * row_floats + i] = math::spread_wide(grid + k * grid_size, grid_width, step, row, i);
      else
        std::fill_n(scratch + k * row_floats, row_floats, 0.0f);
    }
    // The browser counts rows from below.
    for (int i = 0; i < spec.width; ++i)
      grain[i] = math::grain_at(static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(spec.height - 1 - row));
    in.grain = grain;
    in.down = (static_cast<float>(row) + 0.5f) / static_cast<float>(spec.height) - 0.5f;
    kernels_.looks->finish_row(finish, in, spec.width, spec.height, picture.data() + 3 * task * spec.width);
  });
}

}  // namespace fractalsync::cpu
