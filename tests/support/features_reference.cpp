#include "support/features_reference.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fractalsync::test {
namespace {

constexpr double kUnit = 0x1p-24;  // half an ulp of 1 in float
constexpr double kHzPerBin = static_cast<double>(kSampleRate) / kFftSize;

double mel_of(double hz) { return hz < 1000 ? 3 * hz / 200 : 15 + 27 * std::log(hz / 1000) / std::log(6.4); }
double hz_of(double mel) { return mel < 15 ? 200 * mel / 3 : 1000 * std::pow(6.4, (mel - 15) / 27); }

struct Transform {
  std::vector<double> magnitude;
  double error;  // 2-norm over the bins of the magnitudes' error in float
};

Transform transform(const std::vector<double>& frame) {
  Transform result{std::vector<double>(kBins), 0};
  double energy = 0;
  std::vector<double> windowed(kFftSize), cosine(kFftSize), sine(kFftSize);
  for (int n = 0; n < kFftSize; ++n) {
    const double angle = 2 * std::numbers::pi * n / kFftSize;
    const auto i = static_cast<std::size_t>(n);
    cosine[i] = std::cos(angle);
    sine[i] = std::sin(angle);
    windowed[i] = frame[i] * 0.5 * (1 - cosine[i]);
    energy += windowed[i] * windowed[i];
  }
  for (std::size_t k = 0; k < kBins; ++k) {
    double re = 0, im = 0;
    for (std::size_t n = 0; n < kFftSize; ++n) {
      re += windowed[n] * cosine[n * k % kFftSize];
      im -= windowed[n] * sine[n * k % kFftSize];
    }
    result.magnitude[k] = std::hypot(re, im);
  }
  // Higham, "Accuracy and stability of numerical algorithms" (2002), theorem 24.2: relative error
  // log2(n) (u + 4 sqrt(2) u) of the 2-norm, n = 2048. Window (two roundings), power (two) and root (one) come on top.
  // By Parseval the norm of the whole spectrum is sqrt(n) times that of the frame.
  const double relative = (11 * (1 + 4 * std::numbers::sqrt2) + 5) * kUnit;
  result.error = relative * std::sqrt(kFftSize * energy);
  return result;
}

/// Zero crossings of frame t, the file continued by its first and last sample.
double zero_crossing_share(View<const float> file, std::int64_t t) {
  int crossings = 0;
  bool before = false;
  for (int n = 0; n < kFftSize && !file.empty(); ++n) {
    const std::int64_t i = std::clamp<std::int64_t>(t * kHop - kFftSize / 2 + n, 0, file.size() - 1);
    const bool negative = file[i] < -1e-10f;
    if (n > 0 && negative != before) ++crossings;
    before = negative;
  }
  return crossings / static_cast<double>(kFftSize);
}

void fill_mel(const Transform& x, double floor, ReferenceFrame& out) {
  const double top = mel_of(kNyquistHz);
  for (int b = 0; b < kMelBands; ++b) {
    const double lower = hz_of(top * b / (kMelBands + 1)), centre = hz_of(top * (b + 1) / (kMelBands + 1)),
                 upper = hz_of(top * (b + 2) / (kMelBands + 1));
    double mel = 0, largest_weight = 0;
    for (std::size_t k = 0; k < kBins; ++k) {
      const double hz = static_cast<double>(k) * kHzPerBin;
      const double weight = std::max(0.0, std::min((hz - lower) / (centre - lower), (upper - hz) / (upper - centre)));
      mel += weight * 2 / (upper - lower) * x.magnitude[k] * x.magnitude[k];
      largest_weight = std::max(largest_weight, weight * 2 / (upper - lower));
    }
    const double floored = std::max(mel, floor);
    out.mel_db[b] = 10 * std::log10(floored);
    // sum_k w (2 |X| e + e^2) <= 2 sqrt(mel w_max) |e| + w_max |e|^2 (Cauchy); at most 54 bins' weights and sums round
    // twice each; the logarithm and its scale round three times at up to 100 dB.
    const double error = 2 * std::sqrt(mel * largest_weight) * x.error + largest_weight * x.error * x.error;
    out.mel_db_tolerance[b] = 10 / std::numbers::ln10 * (error / floored + 108 * kUnit) + 3 * 100 * 2 * kUnit;
  }
}

}  // namespace

bool ReferenceFrame::rolloff_agrees(float rolloff_hz) const {
  const double bin = std::round(rolloff_hz / kHzPerBin);
  if (!(std::abs(rolloff_hz - bin * kHzPerBin) <= 1e-3) || bin < 0 || bin >= kBins) return false;
  const auto k = static_cast<std::size_t>(bin);
  const double threshold = 0.85 * magnitude_sum.back();
  return magnitude_sum[k] >= threshold - magnitude_sum_tolerance &&
         (k == 0 || magnitude_sum[k - 1] < threshold + magnitude_sum_tolerance);
}

std::vector<ReferenceFrame> reference_features(View<const float> file, double mel_floor) {
  std::vector<ReferenceFrame> frames(static_cast<std::size_t>(1 + file.size() / kHop));
  std::vector<double> samples(kFftSize), before(kBins);
  double error_before = 0;
  for (std::size_t t = 0; t < frames.size(); ++t) {
    ReferenceFrame& out = frames[t];
    double energy = 0;
    for (int n = 0; n < kFftSize; ++n) {
      const std::int64_t i = static_cast<std::int64_t>(t) * kHop - kFftSize / 2 + n;
      const double sample = i >= 0 && i < file.size() ? static_cast<double>(file[i]) : 0.0;
      samples[static_cast<std::size_t>(n)] = sample;
      energy += sample * sample;
    }
    const Transform x = transform(samples);
    double sum = 0, moment = 0, flux = 0;
    for (std::size_t k = 0; k < kBins; ++k) {
      sum += x.magnitude[k];
      moment += static_cast<double>(k) * kHzPerBin * x.magnitude[k];
      flux += (x.magnitude[k] - before[k]) * (x.magnitude[k] - before[k]);
      out.magnitude_sum.push_back(sum);
    }
    fill_mel(x, mel_floor, out);
    double rise = 0, rise_error = 0;
    for (int b = 0; b < kMelBands && t > 0; ++b) {
      rise += std::max(0.0, out.mel_db[b] - frames[t - 1].mel_db[b]);
      rise_error += out.mel_db_tolerance[b] + frames[t - 1].mel_db_tolerance[b];
    }
    out.feature[kCentroid] = sum > 0 ? moment / sum : 0;
    out.feature[kFlux] = t > 0 ? flux : 0;
    out.feature[kRms] = std::sqrt(energy / kFftSize);
    out.feature[kZcr] = zero_crossing_share(file, static_cast<std::int64_t>(t));
    out.feature[kOnset] = rise / kMelBands;

    // Errors of the magnitudes add up to sqrt(bins) times their 2-norm; a running sum of n terms rounds n times.
    const double sum_error = std::sqrt(kBins) * x.error + kBins * kUnit * sum;
    out.magnitude_sum_tolerance = 2 * sum_error;
    out.tolerance[kCentroid] = sum > 0 ? kNyquistHz * 2 * sum_error / sum + 4 * kUnit * kNyquistHz : 0;
    const double step_error = x.error + error_before;
    out.tolerance[kFlux] =
        t > 0 ? 2 * std::sqrt(flux) * step_error + step_error * step_error + (kBins + 2) * kUnit * flux : 0;
    out.tolerance[kRms] = (kHop / 4.0 + 8) * kUnit * out.feature[kRms];
    out.tolerance[kZcr] = 0;
    out.tolerance[kOnset] = rise_error / kMelBands + (kMelBands + 2) * kUnit * out.feature[kOnset];
    out.tolerance[kRolloff] = 0;
    before = x.magnitude;
    error_before = x.error;
  }
  for (ReferenceFrame& frame : frames) {
    const std::vector<double>& sums = frame.magnitude_sum;
    const auto reached = std::lower_bound(sums.begin(), sums.end(), 0.85 * sums.back());
    frame.feature[kRolloff] = kHzPerBin * static_cast<double>(reached - sums.begin());
  }
  return frames;
}

}  // namespace fractalsync::test
