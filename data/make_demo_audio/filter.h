// Filters, one sample at a time.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

#include "data/make_demo_audio/signal.h"

namespace fractalsync::demo {

/// Two-pole state variable filter by trapezoidal integration (Simper, "Linear trapezoidal integrated state variable
/// filter", 2013): stable while its cutoff moves. After step() all three outputs are there.
class Filter {
 public:
  double low = 0, band = 0, high = 0;

  /// `quality` 0.71 is flat, 4 sings.
  void tune(double cutoff_hz, double quality) {
    g_ = std::tan(std::numbers::pi * std::clamp(cutoff_hz, 10.0, 0.45 * kSampleRate) / kSampleRate);
    damping_ = 1.0 / quality;
    scale_ = 1.0 / (1.0 + g_ * (g_ + damping_));
  }
  void step(double input) {
    const double v3 = input - state2_;
    band = scale_ * (state1_ + g_ * v3);
    low = state2_ + g_ * band;
    high = input - damping_ * band - low;
    state1_ = 2.0 * band - state1_;
    state2_ = 2.0 * low - state2_;
  }

 private:
  double g_ = 0, damping_ = 1, scale_ = 1, state1_ = 0, state2_ = 0;
};

/// One pole: y += a (x - y).
class Smoother {
 public:
  explicit Smoother(double cutoff_hz) : a_(1.0 - std::exp(-kTwoPi * cutoff_hz / kSampleRate)) {}
  double step(double input) { return state_ += a_ * (input - state_); }

 private:
  double a_, state_ = 0;
};

}  // namespace fractalsync::demo
