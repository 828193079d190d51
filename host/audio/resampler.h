// Mono samples at any rate become samples at 22 050 Hz, in pieces: soxr at its HQ setting, which is librosa's default
// (librosa.load, res_type "soxr_hq").
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/view.h"

struct soxr;

namespace fractalsync {

/// n samples in make ceil(22050 n / rate) samples out, as in librosa. At 22 050 Hz they pass unchanged.
class Resampler {
 public:
  /// `rate` in Hz.
  explicit Resampler(int rate);
  ~Resampler();
  Resampler(const Resampler&) = delete;
  Resampler& operator=(const Resampler&) = delete;

  /// Appends to `out` what can be said after these samples.
  void push(View<const float> in, std::vector<float>& out);

  /// No more samples will come: appends the rest.
  void finish(std::vector<float>& out);

 private:
  void process(const float* in, std::size_t count, std::vector<float>& out);

  int rate_;
  soxr* soxr_ = nullptr;
  std::int64_t taken_ = 0, given_ = 0;
};

}  // namespace fractalsync
