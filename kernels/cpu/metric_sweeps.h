// Metrics of one frame and their Jacobians, from its half image and tangents (stages/metrics.h, math/metrics.h).
//
// For a metric m the sweeps make its adjoint image dm/dI; a Jacobian entry is then the dot product of that image with
// a tangent image, and all of a frame's entries are taken in one pass over its tangents. The eight stencils between
// the image and the edge density's adjoint run as one wave down the rows: each works on a row that the one before it
// finished a turn ago, so that four rows of every intermediate plane are all there is, and all in the first cache.
//
// A template on the number: the product runs it in float, the tests also in double.
#pragma once

#include "cpu/half_image.h"
#include "cpu/lanes_math.h"
#include "cpu/tangent_dot.h"
#include "math/metrics.h"

namespace fractalsync::cpu::FRACTALSYNC_ISA {

/// The metrics of one image; kAll: those that only reports need, too; kPadded: rows end within a group of lanes.
template <class T, bool kAll, bool kPadded>
class FrameSweeps {
 public:
  FS_LANES FrameSweeps(const math::MetricConstants<T>& spec, const HalfShape& shape, const ImagePlanes<T>& frame,
                       T* scratch)
      : spec_(spec), shape_(shape), frame_(frame), pixels_(static_cast<T>(shape.side) * static_cast<T>(shape.side)) {
    for (RecentRows<T>* plane : {&below_, &blurred_, &smooth_, &blurred_smooth_, &slope_, &grade_x_, &grade_y_,
                                 &back_x_, &back_y_, &joined_, &blurred_joined_, &boxed_, &box_, &boxed_box_}) {
      *plane = {scratch, shape.width + 2 * kLanes};
      scratch += shape.recent_rows();
    }
    for (T*& plane : adjoint_) {
      plane = scratch;
      scratch += shape.plane();
    }
  }

  FS_LANES void run(const MetricRow<T>& out) {
    survey();
    // Later stages first: what a stage reads was written in an earlier turn, never just now (a load that straddles two
    // stores still on their way to the cache waits for them).
    for (int j = 0; j < shape_.rows + 10; ++j) {
      if (has(j - 10)) finish_edges(j - 10);
      if (has(j - 9)) blur_joined(j - 9);
      if (has(j - 7)) join(j - 7);
      if (has(j - 5)) return_through_columns(j - 5);
      if (has(j - 4)) grade_edges(j - 4);
      if (has(j - 3)) differentiate_rows(j - 3);
      if (has(j - 1)) smooth_columns(j - 1);
      if (has(j)) smooth_rows(j);
    }
    if constexpr (kAll) weigh_extremes();
    write(out);
  }

 private:
  enum AdjointImage { kEdge, kUniformity, kTop, kBottom, kAdjointImages };

  FS_LANES bool has(int row) const { return row >= 0 && row < shape_.rows; }
  FS_LANES const T* pixels(int j) const { return frame_.intensity + std::int64_t{j} * shape_.width; }
  FS_LANES T* adjoint(AdjointImage image, int j) const { return adjoint_[image] + std::int64_t{j} * shape_.width; }

  /// Mean, deviation, extremes; the row below the last.
  FS_LANES void survey() {
    PixelSum<T> brightness, squares;
    for (int j = 0; j < shape_.rows; ++j) brightness.add_row(shape_, [&](int i) { return load(pixels(j) + i); });
    mean_ = brightness.of_image() / pixels_;
    for (int j = 0; j < shape_.rows; ++j)
      squares.add_row(shape_, [&](int i) {
        const Lanes<T> deviation = within<kPadded>(shape_, i, load(pixels(j) + i) - fill(mean_));
        return deviation * deviation;
      });
    deviation_ = math::floored_deviation(squares.of_image() / pixels_);
    if constexpr (kAll) {
      Lanes<T> top = zeros<T>(), darkest = zeros<T>();
      for (int j = 0; j < shape_.rows; ++j)
        each_group(shape_, [&](int i) {
          const Lanes<T> here = load(pixels(j) + i);
          top = max(top, here);
          darkest = max(darkest, within<kPadded>(shape_, i, fill(T(1)) - here));
        });
      top_ = largest(top);
      bottom_ = T(1) - largest(darkest);
    }
    copy_reversed(pixels(shape_.rows - 1), below_.row(0), shape_.side, T(1));
  }

  /// blurred = vertical blur of I; boxed = its vertical box.
  FS_LANES void smooth_rows(int j) {
    const T* above = pixels(j > 0 ? j - 1 : 0);
    const T* below = j + 1 < shape_.rows ? pixels(j + 1) : below_.row(0);
    each_group(shape_, [&](int i) {
      const Lanes<T> before = load(above + i), here = load(pixels(j) + i), after = load(below + i);
      store(blurred_.row(j) + i, math::blur(before, here, after));
      if constexpr (kAll) store(boxed_.row(j) + i, math::box(before, here, after));
    });
    close_columns(blurred_, shape_, j, T(1));
    if constexpr (kAll) close_columns(boxed_, shape_, j, T(1));
  }

  /// smooth = J, the blurred image; box = mu, the box mean, and the local variance.
  FS_LANES void smooth_columns(int j) {
    each_group(shape_, [&](int i) {
      const T* b = blurred_.row(j) + i;
      store(smooth_.row(j) + i, math::blur(load(b - 1), load(b), load(b + 1)));
    });
    close_rows(smooth_, shape_, j, T(1));
    if constexpr (kAll) {
      // sum I^2 - mu^2 over the image: the box repeats its border, so its mean of I^2 is that of I^2.
      variance_.add_row(shape_, [&](int i) {
        const T* b = boxed_.row(j) + i;
        const Lanes<T> mu = math::box(load(b - 1), load(b), load(b + 1)), here = load(pixels(j) + i);
        store(box_.row(j) + i, mu);
        return within<kPadded>(shape_, i, (here - mu) * (here + mu));
      });
      close_rows(box_, shape_, j, T(1));
    }
  }

  /// blurred_smooth, slope = vertical blur and slope of J; boxed_box = vertical box of mu.
  FS_LANES void differentiate_rows(int j) {
    each_group(shape_, [&](int i) {
      const Lanes<T> before = load(smooth_.row(j - 1) + i), after = load(smooth_.row(j + 1) + i);
      store(blurred_smooth_.row(j) + i, math::blur(before, load(smooth_.row(j) + i), after));
      store(slope_.row(j) + i, math::slope(before, after));
      if constexpr (kAll)
        store(boxed_box_.row(j) + i,
              math::box(load(box_.row(j - 1) + i), load(box_.row(j) + i), load(box_.row(j + 1) + i)));
    });
    close_columns(blurred_smooth_, shape_, j, T(1));
    close_columns(slope_, shape_, j, T(1));
    if constexpr (kAll) close_columns(boxed_box_, shape_, j, T(1));
  }

  /// grade_x, grade_y = d edge density / d (gx, gy) times the number of pixels; the uniformity's adjoint.
  FS_LANES void grade_edges(int j) {
    const Lanes<T> threshold_squared = fill(spec_.edge_threshold * spec_.edge_threshold);
    edges_.add_row(shape_, [&](int i) {
      const T* b = blurred_smooth_.row(j) + i;
      const T* s = slope_.row(j) + i;
      const Lanes<T> gx = math::slope(load(b - 1), load(b + 1)), gy = math::blur(load(s - 1), load(s), load(s + 1));
      const auto edge = math::edge_share(gx, gy, threshold_squared);
      store(grade_x_.row(j) + i, gx * edge.slope);
      store(grade_y_.row(j) + i, gy * edge.slope);
      return within<kPadded>(shape_, i, edge.value);
    });
    close_columns(grade_x_, shape_, j, T(-1));
    close_columns(grade_y_, shape_, j, T(1));
    if constexpr (kAll)
      each_group(shape_, [&](int i) {
        const T* b = boxed_box_.row(j) + i;
        store(adjoint(kUniformity, j) + i,
              within<kPadded>(shape_, i, load(pixels(j) + i) - math::box(load(b - 1), load(b), load(b + 1))));
      });
  }

  /// back_x, back_y = the horizontal stencils' transposes of the grades. Under the half turn gradients change sign; a
  /// second derivative brings it back.
  FS_LANES void return_through_columns(int j) {
    each_group(shape_, [&](int i) {
      const T* x = grade_x_.row(j) + i;
      const T* y = grade_y_.row(j) + i;
      store(back_x_.row(j) + i, math::slope(load(x + 1), load(x - 1)));
      store(back_y_.row(j) + i, math::blur(load(y - 1), load(y), load(y + 1)));
    });
    close_rows(back_x_, shape_, j, T(1));
    close_rows(back_y_, shape_, j, T(-1));
  }

  /// joined = the vertical stencils' transposes, both terms together.
  FS_LANES void join(int j) {
    each_group(shape_, [&](int i) {
      const Lanes<T> along =
          math::blur(load(back_x_.row(j - 1) + i), load(back_x_.row(j) + i), load(back_x_.row(j + 1) + i));
      store(joined_.row(j) + i, along + math::slope(load(back_y_.row(j + 1) + i), load(back_y_.row(j - 1) + i)));
    });
    close_rows(joined_, shape_, j, T(1));
  }

  FS_LANES void blur_joined(int j) {
    each_group(shape_, [&](int i) {
      store(blurred_joined_.row(j) + i,
            math::blur(load(joined_.row(j - 1) + i), load(joined_.row(j) + i), load(joined_.row(j + 1) + i)));
    });
    close_columns(blurred_joined_, shape_, j, T(1));
  }

  FS_LANES void finish_edges(int j) {
    each_group(shape_, [&](int i) {
      const T* b = blurred_joined_.row(j) + i;
      store(adjoint(kEdge, j) + i, within<kPadded>(shape_, i, math::blur(load(b - 1), load(b), load(b + 1))));
    });
  }

  FS_LANES void weigh_extremes() {
    PixelSum<T> top, bottom;
    const Lanes<T> sharpness = fill(spec_.range_sharpness);
    for (int j = 0; j < shape_.rows; ++j) {
      top.add_row(shape_, [&](int i) {
        const Lanes<T> excess = within<kPadded>(shape_, i, load(pixels(j) + i) - fill(top_));
        const Lanes<T> weight = within<kPadded>(shape_, i, math::extreme_weight(excess, sharpness));
        store(adjoint(kTop, j) + i, weight);
        return weight;
      });
      bottom.add_row(shape_, [&](int i) {
        const Lanes<T> excess = within<kPadded>(shape_, i, fill(bottom_) - load(pixels(j) + i));
        const Lanes<T> weight = within<kPadded>(shape_, i, math::extreme_weight(excess, sharpness));
        store(adjoint(kBottom, j) + i, weight);
        return weight;
      });
    }
    top_weight_ = top.of_image();
    bottom_weight_ = bottom.of_image();
  }

  FS_LANES void write(const MetricRow<T>& out) {
    const math::ImageTotals<T> totals = {pixels_, mean_,   deviation_,  edges_.of_image(), variance_.of_image(),
                                         top_,    bottom_, top_weight_, bottom_weight_};
    math::write_metrics(spec_, totals, kAll, out.values);

    // Beside the stored adjoint images, two that need no memory: the mean's is 1 everywhere, the deviation's I - mean.
    constexpr int kStored = kAll ? kAdjointImages : kEdge + 1, kMean = kStored, kDeviation = kStored + 1;
    T sums[kStored + 2][kTangents];
    dot_tangents(
        shape_, frame_,
        [&](int a, std::int64_t k) {
          if (a == kMean) return fill(T(1));
          return a == kDeviation ? load(frame_.intensity + k) - fill(mean_) : load(adjoint_[a] + k);
        },
        sums);
    for (int d = 0; d < kTangents; ++d) {
      math::AdjointDots<T> dot = {sums[kEdge][d], sums[kMean][d], sums[kDeviation][d], T(0), T(0), T(0)};
      if constexpr (kAll) {
        dot.uniformity = sums[kUniformity][d];
        dot.top = sums[kTop][d];
        dot.bottom = sums[kBottom][d];
      }
      math::write_slopes(spec_, totals, kAll, dot, out.jacobian + d);
    }
  }

  // Copies: what is reached through a reference has to be read again after every store.
  const math::MetricConstants<T> spec_;
  const HalfShape shape_;
  const ImagePlanes<T> frame_;
  T pixels_;
  RecentRows<T> below_, blurred_, smooth_, blurred_smooth_, slope_, grade_x_, grade_y_, back_x_, back_y_, joined_,
      blurred_joined_, boxed_, box_, boxed_box_;
  T* adjoint_[kAdjointImages];
  PixelSum<T> edges_, variance_;
  T mean_, deviation_, top_ = 1, bottom_ = 0, top_weight_ = 1, bottom_weight_ = 1;
};

/// Calls body(shape) with the side of training and of most else as a constant: a row is three groups, too short for a
/// loop of unknown length.
template <class Body>
FS_LANES void with_constant_side(const HalfShape& shape, Body body) {
  if (shape.side == 48)
    body(HalfShape(48));
  else
    body(shape);
}

/// Everything but the temporal change (whose value and Jacobian rows are left alone). Columns of `frame` behind the
/// side are 0.
template <class T>
void frame_metrics(const math::MetricConstants<T>& spec, const HalfShape& shape, const ImagePlanes<T>& frame,
                   T* scratch, const MetricRow<T>& out) {
  const bool all = spec.selection == MetricSelection::all;
  if (shape.width != shape.side) {
    if (all)
      FrameSweeps<T, true, true>(spec, shape, frame, scratch).run(out);
    else
      FrameSweeps<T, false, true>(spec, shape, frame, scratch).run(out);
  } else if (all) {
    FrameSweeps<T, true, false>(spec, shape, frame, scratch).run(out);
  } else {
    with_constant_side(shape,
                       [&](HalfShape known) { FrameSweeps<T, false, false>(spec, known, frame, scratch).run(out); });
  }
}

}  // namespace fractalsync::cpu::FRACTALSYNC_ISA
