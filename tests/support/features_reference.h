// The audio features of a whole file, straight from their definition: double precision, a Fourier sum per bin. With
// each value comes the error that a float implementation may have.
#pragma once

#include <vector>

#include "core/view.h"
#include "stages/features.h"

namespace fractalsync::test {

struct ReferenceFrame {
  double feature[kBaseFeatures];
  double tolerance[kBaseFeatures];  ///< rolloff's is unused: see rolloff_agrees
  double mel_db[kMelBands];
  double mel_db_tolerance[kMelBands];
  std::vector<double> magnitude_sum;  ///< of bins 0 to k
  double magnitude_sum_tolerance;

  /// Whether the cumulative magnitude reaches its share at this frequency, as far as float can tell.
  bool rolloff_agrees(float rolloff_hz) const;
};

/// One frame per 512 samples, and one.
std::vector<ReferenceFrame> reference_features(View<const float> file, double mel_floor);

}  // namespace fractalsync::test
