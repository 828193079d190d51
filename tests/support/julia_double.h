// The Julia stages in double: the product's own templates, for reference values and finite differences. Targets that
// include this set FRACTALSYNC_ISA to a name of their own.
#pragma once

#include <vector>

#include "cpu/change_sweep.h"
#include "cpu/connectedness_sweep.h"
#include "cpu/julia_sweep.h"
#include "cpu/metric_sweeps.h"

namespace fractalsync::test {

/// Images of `drawn` ([frames, 4]) and what follows from them, frame t following frame t - 1.
class JuliaDouble {
 public:
  JuliaDouble(const JuliaSpec& spec, const math::MetricConstants<double>& metrics, const std::vector<double>& drawn)
      : shape_(spec.side), frames_(drawn.size() / 4) {
    data_.resize(frames_ * static_cast<std::size_t>(shape_.frame()));
    values.resize(frames_ * kMetrics);
    jacobian.resize(frames_ * kMetrics * kTangents);
    previous_jacobian.resize(frames_ * kTangents);
    std::vector<double> scratch(static_cast<std::size_t>(cpu::metric_scratch(shape_)));
    std::vector<double> orbit(static_cast<std::size_t>(cpu::orbit_size(spec.max_iterations)));
    for (std::size_t t = 0; t < frames_; ++t) {
      const double* p = &drawn[4 * t];
      overflowed += cpu::FRACTALSYNC_ISA::render_image(spec, math::julia_view<double>(spec, p[0], p[1], p[2], p[3]),
                                                       planes(t), orbit.data());
      const cpu::MetricRow<double> row = {&values[t * kMetrics], &jacobian[t * kMetrics * kTangents],
                                          &previous_jacobian[t * kTangents]};
      cpu::FRACTALSYNC_ISA::frame_metrics(metrics, shape_, planes(t), scratch.data(), row);
      if (t > 0) cpu::FRACTALSYNC_ISA::frame_change(metrics, shape_, planes(t), planes(t - 1), scratch.data(), row);
    }
  }

  /// Pixel of the intensity (plane 0) or of tangent `plane` - 1.
  double pixel(std::size_t frame, int plane, int row, int column) const {
    if (row >= shape_.rows) {
      row = shape_.side - 1 - row;
      column = shape_.side - 1 - column;
    }
    return data_[static_cast<std::size_t>(static_cast<std::int64_t>(frame) * shape_.frame() + plane * shape_.plane() +
                                          row * shape_.width + column)];
  }
  std::size_t frames() const { return frames_; }

  std::vector<double> values, jacobian, previous_jacobian;
  int overflowed = 0;

 private:
  cpu::ImagePlanes<double> planes(std::size_t t) {
    return shape_.planes(&data_[t * static_cast<std::size_t>(shape_.frame())]);
  }

  cpu::HalfShape shape_;
  std::size_t frames_;
  std::vector<double> data_;
};

struct ConnectednessDouble {
  std::vector<double> chi, gradient;

  ConnectednessDouble(const ConnectednessSpec& spec, const std::vector<double>& drawn)
      : chi(drawn.size() / 4), gradient(drawn.size() / 2) {
    cpu::FRACTALSYNC_ISA::connect_frames(spec, drawn.data(), 4, static_cast<std::int64_t>(chi.size()), chi.data(),
                                         gradient.data(), 2);
  }
};

}  // namespace fractalsync::test
