// Metrics of one frame and their Jacobians, from its half image and tangents (stages/metrics.h, math/metrics.h).
//
// For a metric m the sweeps make its adjoint image dm/dI; a Jacobian entry is then the dot product of that image with
// a tangent image, and all of a frame's entries are taken in one pass over its tangents.
//
// A template on the number: the product runs it in float, the tests also in double.
#pragma once

#include "cpu/half_image.h"
#include "cpu/lanes_math.h"
#include "math/metrics.h"
#include "stages/metrics.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {

/// sums[k][d] = sum over the image of adjoint k times tangent d, for adjoint(k, offset) of kAdjoints images. Two
/// tangents at a time: what the registers of the smaller instruction sets hold.
template <int kAdjoints, class T, class Adjoint>
FS_LANES void dot_tangents(const HalfShape& shape, const ImagePlanes<T>& frame, Adjoint adjoint,
                           T (&sums)[kAdjoints][kTangents]) {
  // Sums in sums: a band of rows each.
  constexpr int kBand = 8;
  for (int d = 0; d < kTangents; d += 2) {
    const T* left = frame.tangents + d * frame.plane;
    const T* right = left + frame.plane;
    Lanes<T> total[kAdjoints][2];
    for (auto& pair : total) pair[0] = pair[1] = zeros<T>();
    for (int band = 0; band < shape.rows; band += kBand) {
      const std::int64_t end = std::int64_t{band + kBand < shape.rows ? band + kBand : shape.rows} * shape.width;
      Lanes<T> part[kAdjoints][2];
      for (auto& pair : part) pair[0] = pair[1] = zeros<T>();
      for (std::int64_t k = std::int64_t{band} * shape.width; k < end; k += kLanes) {
        const Lanes<T> x = load(left + k), y = load(right + k);
        for (int a = 0; a < kAdjoints; ++a) {
          const Lanes<T> weight = adjoint(a, k);
          part[a][0] = mul_add(weight, x, part[a][0]);
          part[a][1] = mul_add(weight, y, part[a][1]);
        }
      }
      for (int a = 0; a < kAdjoints; ++a)
        for (int side = 0; side < 2; ++side) total[a][side] = total[a][side] + part[a][side];
    }
    for (int a = 0; a < kAdjoints; ++a)
      for (int side = 0; side < 2; ++side) sums[a][d + side] = T(2) * sum(total[a][side]);
  }
}

/// The metrics of one image. Adjoint images are kept in the order of `AdjointImage`.
template <class T, bool kAll, bool kPadded>
class FrameSweeps {
 public:
  FS_LANES FrameSweeps(const math::MetricConstants<T>& spec, const HalfShape& shape, const ImagePlanes<T>& frame, T* scratch)
      : spec_(spec), shape_(shape), frame_(frame), pixels_(static_cast<T>(shape.side) * static_cast<T>(shape.side)) {
    for (Bordered<T>* plane : {&a_, &b_, &c_, &d_, &e_}) {
      *plane = {scratch, shape.width + 2 * kLanes};
      scratch += shape.bordered();
    }
    for (T*& plane : adjoint_) {
      plane = scratch;
      scratch += shape.plane();
    }
  }

  FS_LANES void run(const MetricRow<T>& out) {
    smooth_rows();
    smooth_columns();
    differentiate_rows();
    grade_edges();
    return_through_columns();
    return_through_rows();
    finish_adjoints();
    if constexpr (kAll) weigh_extremes();
    write(out);
  }

 private:
  enum AdjointImage { kEdge, kDeviation, kUniformity, kTop, kBottom, kAdjointImages };

  /// a = vertical blur of I (b = its vertical box); mean and extremes.
  FS_LANES void smooth_rows() {
    const T* image = frame_.intensity;
    // The row below the last, and the first one for the row above it.
    T* below = adjoint_[kEdge];
    copy_reversed(image + (shape_.rows - 1) * frame_.stride, below, shape_.side, T(1));
    PixelSum<T> brightness;
    Lanes<T> top = fill(T(0)), bottom = fill(T(2));
    each_group(
        shape_,
        [&](int j, int i) {
          const T* row = image + j * frame_.stride + i;
          const Lanes<T> here = load(row);
          const Lanes<T> before = load(j > 0 ? row - frame_.stride : row);
          const Lanes<T> after = load(j + 1 < shape_.rows ? row + frame_.stride : below + i);
          store(a_.row(j) + i, math::blur(before, here, after));
          brightness.add(here);
          if constexpr (kAll) {
            store(b_.row(j) + i, math::box(before, here, after));
            top = max(top, here);
            // The padding is 0, and no pixel is brighter than 1.
            bottom = min(bottom, here + (fill(T(1)) - within<kPadded>(shape_, i, fill(T(1)))));
          }
        },
        [&] { brightness.end_row(); });
    mean_ = T(2) * sum(brightness.total) / pixels_;
    top_ = largest(top);
    bottom_ = smallest(bottom);
    border_columns(a_, shape_, T(1));
    if constexpr (kAll) border_columns(b_, shape_, T(1));
  }

  /// c = J, the blurred image (d = mu, the box mean; local variance).
  FS_LANES void smooth_columns() {
    PixelSum<T> variance;
    each_group(
        shape_,
        [&](int j, int i) {
          const T* a = a_.row(j) + i;
          store(c_.row(j) + i, math::blur(load(a - 1), load(a), load(a + 1)));
          if constexpr (kAll) {
            const T* b = b_.row(j) + i;
            const Lanes<T> mu = math::box(load(b - 1), load(b), load(b + 1));
            const Lanes<T> here = load(frame_.intensity + j * frame_.stride + i);
            store(d_.row(j) + i, mu);
            // sum I^2 - mu^2 over the image: the box repeats its border, so its mean of I^2 is that of I^2.
            variance.add(within<kPadded>(shape_, i, (here - mu) * (here + mu)));
          }
        },
        [&] { variance.end_row(); });
    if constexpr (kAll) {
      const T v = T(2) * sum(variance.total) / pixels_;
      uniformity_ = math::uniformity(v > T(0) ? v : T(0), spec_.uniformity_gain);
      border_rows(d_, shape_, T(1));
    }
    border_rows(c_, shape_, T(1));
  }

  /// a = vertical blur, b = vertical slope of J (e = vertical box of mu).
  FS_LANES void differentiate_rows() {
    each_group(shape_, [&](int j, int i) {
      const Lanes<T> before = load(c_.row(j - 1) + i), here = load(c_.row(j) + i), after = load(c_.row(j + 1) + i);
      store(a_.row(j) + i, math::blur(before, here, after));
      store(b_.row(j) + i, math::slope(before, after));
      if constexpr (kAll)
        store(e_.row(j) + i,
              math::box(load(d_.row(j - 1) + i), load(d_.row(j) + i), load(d_.row(j + 1) + i)));
    });
    border_columns(a_, shape_, T(1));
    border_columns(b_, shape_, T(1));
    if constexpr (kAll) border_columns(e_, shape_, T(1));
  }

  /// c, d = d edge density / d (gx, gy), times the number of pixels.
  FS_LANES void grade_edges() {
    const T threshold = spec_.edge_threshold;
    PixelSum<T> edges;
    each_group(
        shape_,
        [&](int j, int i) {
          const T* a = a_.row(j) + i;
          const T* b = b_.row(j) + i;
          const Lanes<T> gx = math::slope(load(a - 1), load(a + 1));
          const Lanes<T> gy = math::blur(load(b - 1), load(b), load(b + 1));
          const auto edge = math::edge_share(gx, gy, fill(threshold * threshold));
          edges.add(within<kPadded>(shape_, i, edge.value));
          store(c_.row(j) + i, gx * edge.slope);
          store(d_.row(j) + i, gy * edge.slope);
        },
        [&] { edges.end_row(); });
    edge_density_ = T(2) * sum(edges.total) / pixels_;
    border_columns(c_, shape_, T(-1));
    border_columns(d_, shape_, T(1));
  }

  /// a, b = the horizontal stencils' transposes of c, d. Under the half turn gradients change sign; a second
  /// derivative brings it back.
  FS_LANES void return_through_columns() {
    each_group(shape_, [&](int j, int i) {
      const T* c = c_.row(j) + i;
      const T* d = d_.row(j) + i;
      store(a_.row(j) + i, math::slope(load(c + 1), load(c - 1)));
      store(b_.row(j) + i, math::blur(load(d - 1), load(d), load(d + 1)));
    });
    border_rows(a_, shape_, T(1));
    border_rows(b_, shape_, T(-1));
  }

  /// c = the vertical stencils' transposes, both terms together; a = its vertical blur.
  FS_LANES void return_through_rows() {
    each_group(shape_, [&](int j, int i) {
      const Lanes<T> blurred = math::blur(load(a_.row(j - 1) + i), load(a_.row(j) + i), load(a_.row(j + 1) + i));
      store(c_.row(j) + i, blurred + math::slope(load(b_.row(j + 1) + i), load(b_.row(j - 1) + i)));
    });
    border_rows(c_, shape_, T(1));
    each_group(shape_, [&](int j, int i) {
      store(a_.row(j) + i, math::blur(load(c_.row(j - 1) + i), load(c_.row(j) + i), load(c_.row(j + 1) + i)));
    });
    border_columns(a_, shape_, T(1));
  }

  FS_LANES void finish_adjoints() {
    PixelSum<T> squares;
    each_group(
        shape_,
        [&](int j, int i) {
          const T* a = a_.row(j) + i;
          const std::int64_t k = std::int64_t{j} * shape_.width + i;
          const Lanes<T> here = load(frame_.intensity + k);
          const Lanes<T> deviation = here - fill(mean_);
          const Lanes<T> counted = within<kPadded>(shape_, i, deviation);
          squares.add(counted * counted);
          store(adjoint_[kEdge] + k, within<kPadded>(shape_, i, math::blur(load(a - 1), load(a), load(a + 1))));
          store(adjoint_[kDeviation] + k, deviation);
          if constexpr (kAll) {
            const T* e = e_.row(j) + i;
            store(adjoint_[kUniformity] + k,
                  within<kPadded>(shape_, i, here - math::box(load(e - 1), load(e), load(e + 1))));
          }
        },
        [&] { squares.end_row(); });
    deviation_ = math::floored_deviation(T(2) * sum(squares.total) / pixels_);
  }

  FS_LANES void weigh_extremes() {
    PixelSum<T> top, bottom;
    const Lanes<T> sharpness = fill(spec_.range_sharpness);
    each_group(
        shape_,
        [&](int j, int i) {
          const std::int64_t k = std::int64_t{j} * shape_.width + i;
          const Lanes<T> here = load(frame_.intensity + k);
          const Lanes<T> a = math::extreme_weight(within<kPadded>(shape_, i, here - fill(top_)), sharpness);
          const Lanes<T> b = math::extreme_weight(within<kPadded>(shape_, i, fill(bottom_) - here), sharpness);
          top.add(within<kPadded>(shape_, i, a));
          bottom.add(within<kPadded>(shape_, i, b));
          store(adjoint_[kTop] + k, a);
          store(adjoint_[kBottom] + k, b);
        },
        [&] {
          top.end_row();
          bottom.end_row();
        });
    top_weight_ = T(2) * sum(top.total);
    bottom_weight_ = T(2) * sum(bottom.total);
  }

  FS_LANES void write(const MetricRow<T>& out) {
    const T beta = spec_.range_sharpness;
    out.values[kEdgeDensity] = edge_density_;
    out.values[kColorUniformity] = kAll ? uniformity_.value : T(0);
    out.values[kBrightnessMean] = mean_;
    out.values[kBrightnessStd] = deviation_;
    out.values[kBrightnessRange] =
        kAll ? top_ - bottom_ + (math::log(top_weight_ / pixels_) + math::log(bottom_weight_ / pixels_)) / beta : T(0);

    // One more than the adjoint images: the mean's is 1 everywhere.
    constexpr int kImages = kAll ? kAdjointImages : kDeviation + 1;
    T sums[kImages + 1][kTangents];
    dot_tangents(
        shape_, frame_,
        [&](int a, std::int64_t k) { return a == kImages ? fill(T(1)) : load(adjoint_[a] + k); }, sums);
    for (int d = 0; d < kTangents; ++d) {
      const auto entry = [&](Metric metric) -> T& { return out.jacobian[metric * kTangents + d]; };
      entry(kEdgeDensity) = sums[kEdge][d] / pixels_;
      entry(kBrightnessMean) = sums[kImages][d] / pixels_;
      entry(kBrightnessStd) = sums[kDeviation][d] / (pixels_ * deviation_);
      entry(kColorUniformity) = entry(kBrightnessRange) = T(0);
      if constexpr (kAll) {
        entry(kColorUniformity) = uniformity_.slope * T(2) / pixels_ * sums[kUniformity][d];
        entry(kBrightnessRange) = sums[kTop][d] / top_weight_ - sums[kBottom][d] / bottom_weight_;
      }
    }
  }

  const math::MetricConstants<T>& spec_;
  const HalfShape& shape_;
  const ImagePlanes<T>& frame_;
  T pixels_;
  Bordered<T> a_, b_, c_, d_, e_;
  T* adjoint_[kAdjointImages];
  T mean_, top_, bottom_, edge_density_, deviation_, top_weight_ = 1, bottom_weight_ = 1;
  math::Graded<T> uniformity_{};
};

/// Everything but the temporal change (column and Jacobian rows of which are left alone). Columns of `frame` behind
/// the side are 0.
template <class T>
void frame_metrics(const math::MetricConstants<T>& spec, const HalfShape& shape, const ImagePlanes<T>& frame, T* scratch,
                   const MetricRow<T>& out) {
  const bool all = spec.selection == MetricSelection::all, padded = shape.width != shape.side;
  if (all && padded) FrameSweeps<T, true, true>(spec, shape, frame, scratch).run(out);
  if (all && !padded) FrameSweeps<T, true, false>(spec, shape, frame, scratch).run(out);
  if (!all && padded) FrameSweeps<T, false, true>(spec, shape, frame, scratch).run(out);
  if (!all && !padded) FrameSweeps<T, false, false>(spec, shape, frame, scratch).run(out);
}

/// The temporal change between two frames and its derivatives by both frames' parameters.
template <class T>
void frame_change(const math::MetricConstants<T>& spec, const HalfShape& shape, const ImagePlanes<T>& frame,
                  const ImagePlanes<T>& previous, T* scratch, const MetricRow<T>& out) {
  const T pixels = static_cast<T>(shape.side) * static_cast<T>(shape.side);
  PixelSum<T> change;
  each_group(
      shape,
      [&](int j, int i) {
        const std::int64_t k = std::int64_t{j} * shape.width + i;
        // Both are 0 in the padding, and so is what they add.
        const auto c = math::rounded_change(load(frame.intensity + k) - load(previous.intensity + k),
                                            fill(spec.change_rounding));
        change.add(c.value);
        store(scratch + k, c.slope);
      },
      [&] { change.end_row(); });
  out.values[kTemporalChange] = T(2) * sum(change.total) / pixels;
  const auto adjoint = [&](int, std::int64_t k) { return load(scratch + k); };
  T now[1][kTangents], before[1][kTangents];
  dot_tangents(shape, frame, adjoint, now);
  dot_tangents(shape, previous, adjoint, before);
  for (int d = 0; d < kTangents; ++d) {
    out.jacobian[kTemporalChange * kTangents + d] = now[0][d] / pixels;
    out.previous_jacobian[d] = -before[0][d] / pixels;
  }
}

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
