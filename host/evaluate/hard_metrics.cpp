#include "host/evaluate/hard_metrics.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "core/thread_pool.h"

namespace fractalsync {
namespace {

constexpr std::int64_t kFramesAtOnce = 256;  ///< frames rendered at a time (4 MiB of images)

cv::Mat as_mat(const std::uint8_t* image, int side) { return {side, side, CV_8U, const_cast<std::uint8_t*>(image)}; }

double edge_density(const std::uint8_t* image, int side) {
  cv::Mat blurred, edges;
  cv::GaussianBlur(as_mat(image, side), blurred, {5, 5}, 0);
  cv::Canny(blurred, edges, 50, 150);
  return static_cast<double>(cv::countNonZero(edges)) / (side * side);
}

double temporal_change(const std::uint8_t* image, const std::uint8_t* previous, std::int64_t pixels) {
  std::int64_t sum = 0;
  for (std::int64_t k = 0; k < pixels; ++k) sum += std::abs(int{image[k]} - int{previous[k]});
  return static_cast<double>(sum) / (255.0 * static_cast<double>(pixels));
}

double connectedness(const cv::Mat& grey) {
  cv::Mat labels, sizes, centres;
  const int count = cv::connectedComponentsWithStats(grey > 0.5, labels, sizes, centres, 8) - 1;
  if (count == 0) return 0;
  int largest = 0;
  for (int part = 1; part <= count; ++part) largest = std::max(largest, sizes.at<int>(part, cv::CC_STAT_AREA));
  return static_cast<double>(largest) / static_cast<double>(grey.total()) / (1 + count / 100.0);
}

}  // namespace

HardMetrics hard_metrics(const std::uint8_t* image, const std::uint8_t* previous, int side) {
  HardMetrics m;
  m.edge_density = edge_density(image, side);
  cv::Mat grey, local_mean, variance;
  as_mat(image, side).convertTo(grey, CV_32F, 1.0 / 255);
  cv::blur(grey, local_mean, {5, 5});
  cv::blur((grey - local_mean).mul(grey - local_mean), variance, {5, 5});
  m.color_uniformity = 1 / (1 + 10 * cv::mean(variance)[0]);
  cv::Scalar mean, deviation;
  cv::meanStdDev(grey, mean, deviation);
  double low = 0, high = 0;
  cv::minMaxLoc(grey, &low, &high);
  m.brightness_mean = mean[0];
  m.brightness_std = deviation[0];
  m.brightness_range = high - low;
  if (previous != nullptr) m.temporal_change = temporal_change(image, previous, std::int64_t{side} * side);
  m.connectedness = connectedness(grey);
  return m;
}

HardSeries hard_series(Backend& backend, Matrix<const float> drawn) {
  const EscapeTimeSpec spec;
  const std::int64_t pixels = std::int64_t{spec.side} * spec.side;
  const auto frames = static_cast<std::size_t>(drawn.rows());
  HardSeries series{std::vector<double>(frames), std::vector<double>(frames), std::vector<double>(frames)};
  std::vector<double> params;
  ThreadPool pool(0);
  // One image more than a block: the last one of the block before, for its temporal change.
  std::vector<std::uint8_t> images(static_cast<std::size_t>((kFramesAtOnce + 1) * pixels));
  for (std::int64_t first = 0; first < drawn.rows(); first += kFramesAtOnce) {
    const std::int64_t count = std::min(kFramesAtOnce, drawn.rows() - first);
    params.clear();
    for (std::int64_t t = first; t < first + count; ++t)
      params.insert(params.end(), {drawn(t, kDrawnReal), drawn(t, kDrawnImag),
                                   std::exp(static_cast<double>(drawn(t, kDrawnLogZoom))), drawn(t, kDrawnPhi)});
    backend.escape_time_images(spec, {params.data(), count, kDrawnColumns}, {images.data() + pixels, count, pixels});
    // OpenCV's functions, given so small an image, keep to the thread that calls them. Its own loop over threads would
    // do as well, but the thread sanitizer does not see it wait.
    pool.run(count, [&](std::int64_t t, int) {
      const std::uint8_t* image = images.data() + (t + 1) * pixels;
      const auto at = static_cast<std::size_t>(first + t);
      series.edge_density[at] = edge_density(image, spec.side);
      series.temporal_change[at] = at == 0 ? 0 : temporal_change(image, image - pixels, pixels);
      series.brightness_mean[at] = cv::mean(as_mat(image, spec.side))[0] / 255;
    });
    std::copy_n(images.data() + count * pixels, pixels, images.data());
  }
  return series;
}

}  // namespace fractalsync
