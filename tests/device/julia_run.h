// The Julia stages run on a backend, from host arrays to host arrays.
#pragma once

#include <cstdint>
#include <vector>

#include "device/device.h"
#include "stages/visual.h"
#include "support/compare.h"
#include "support/random.h"

namespace fractalsync::test {

struct JuliaImages {
  std::vector<float> images, tangents;
};
inline JuliaImages julia_images(Backend& backend, const JuliaSpec& spec, const std::vector<float>& drawn,
                                bool with_tangents = true) {
  const std::int64_t pixels = std::int64_t{spec.side} * spec.side;
  Array<float> in(backend, drawn);
  const std::int64_t frames = in.view().size() / kDrawnColumns;
  Array<float> images(backend, frames * pixels), tangents(backend, with_tangents ? frames * kTangents * pixels : 0);
  backend.julia_images(spec, in.matrix(kDrawnColumns), images.matrix(pixels),
                       with_tangents ? tangents.matrix(kTangents * pixels) : Matrix<float>());
  return {images.host(), tangents.host()};
}

struct JuliaMetrics {
  std::vector<float> values, jacobian, previous_jacobian;
};
inline JuliaMetrics julia_metrics(Backend& backend, const JuliaSpec& spec, const MetricsSpec& metrics, int length,
                                  const std::vector<float>& drawn) {
  Array<float> in(backend, drawn);
  const std::int64_t frames = in.view().size() / kDrawnColumns;
  Array<float> values(backend, frames * kMetrics), jacobian(backend, frames * kMetrics * kTangents),
      previous(backend, frames * kTangents);
  backend.julia_metrics(spec, metrics, length, in.matrix(kDrawnColumns),
                        {values.matrix(kMetrics), jacobian.matrix(kMetrics * kTangents), previous.matrix(kTangents)});
  return {values.host(), jacobian.host(), previous.host()};
}

struct Connected {
  std::vector<float> chi, gradient;
};
inline Connected connectedness(Backend& backend, const ConnectednessSpec& spec, const std::vector<float>& drawn) {
  Array<float> in(backend, drawn);
  const std::int64_t frames = in.view().size() / kDrawnColumns;
  Array<float> chi(backend, frames), gradient(backend, 2 * frames);
  backend.connectedness(spec, in.matrix(kDrawnColumns), chi.view(), gradient.matrix(2));
  return {chi.host(), gradient.host()};
}

/// Column `column` of rows of `columns`.
inline std::vector<float> column_of(const std::vector<float>& rows, std::size_t columns, std::size_t column,
                                    std::size_t count = 1) {
  std::vector<float> out;
  for (std::size_t row = 0; row < rows.size(); row += columns)
    out.insert(out.end(), rows.begin() + static_cast<std::ptrdiff_t>(row + column),
               rows.begin() + static_cast<std::ptrdiff_t>(row + column + count));
  return out;
}

/// Frames near the main cardioid: Re c, Im c, ln zoom, phi.
inline std::vector<float> frames_near_cardioid(std::uint64_t seed, std::int64_t frames) {
  auto drawn = random_floats(seed, kDrawnColumns * frames, -1, 1);
  for (std::size_t i = 0; i < drawn.size(); i += kDrawnColumns) {
    drawn[i + kDrawnReal] = -0.75f + 0.15f * drawn[i + kDrawnReal];
    drawn[i + kDrawnImag] = 0.15f + 0.15f * drawn[i + kDrawnImag];
    drawn[i + kDrawnLogZoom] *= 0.3f;
    drawn[i + kDrawnPhi] *= 3;
  }
  return drawn;
}

inline JuliaSpec julia_spec(JuliaImage image, int side, int max_iterations = 48) {
  JuliaSpec spec;
  spec.image = image;
  spec.side = side;
  spec.max_iterations = max_iterations;
  return spec;
}

inline constexpr JuliaImage kAllImages[] = {JuliaImage::V, JuliaImage::Q, JuliaImage::W};

}  // namespace fractalsync::test
