#include "data/make_demo_audio/effects.h"

#include <algorithm>
#include <array>

#include "data/make_demo_audio/filter.h"

namespace fractalsync::demo {
namespace {

template <class Function>
void each_sample(Stereo& bus, Function&& function) {
  for (std::size_t i = 0; i < bus.frames(); ++i)
    function(static_cast<double>(i) / kSampleRate, bus.left[i], bus.right[i]);
}

}  // namespace

Stereo room(const Stereo& dry, double seconds, double damping_hz) {
  constexpr std::size_t kLines = 8;
  // Mutually prime lengths between 29 and 78 ms: no common rhythm.
  constexpr std::array<std::size_t, kLines> kLengths = {1279, 1559, 1831, 2129, 2437, 2749, 3061, 3433};
  std::array<std::vector<double>, kLines> lines;
  std::array<double, kLines> gains;
  std::array<std::size_t, kLines> at{};
  std::vector<Smoother> walls(kLines, Smoother(damping_hz));
  for (std::size_t k = 0; k < kLines; ++k) {
    lines[k].resize(kLengths[k]);
    gains[k] = std::pow(0.001, static_cast<double>(kLengths[k]) / (seconds * kSampleRate));
  }
  Stereo wet(dry.frames());
  for (std::size_t i = 0; i < dry.frames(); ++i) {
    std::array<double, kLines> out;
    double sum = 0.0;
    for (std::size_t k = 0; k < kLines; ++k) sum += out[k] = gains[k] * walls[k].step(lines[k][at[k]]);
    for (std::size_t k = 0; k < kLines; ++k) {
      const double input = k % 2 == 0 ? dry.left[i] : dry.right[i];
      lines[k][at[k]] = out[k] - sum * (2.0 / kLines) + input;
      at[k] = (at[k] + 1) % kLengths[k];
    }
    wet.left[i] = static_cast<float>(0.35 * (out[0] - out[3] + out[4] - out[7]));
    wet.right[i] = static_cast<float>(0.35 * (out[1] - out[2] + out[5] - out[6]));
  }
  return wet;
}

Stereo echoes(const Stereo& dry, double delay, double feedback, double damping_hz) {
  Stereo wet(dry.frames());
  const std::size_t lag = samples(delay);
  Smoother left(damping_hz), right(damping_hz);
  for (std::size_t i = lag; i < dry.frames(); ++i) {
    const double input = 0.5 * (dry.left[i - lag] + dry.right[i - lag]);
    wet.left[i] = static_cast<float>(left.step(input + feedback * wet.right[i - lag]));
    wet.right[i] = static_cast<float>(right.step(feedback * wet.left[i - lag]));
  }
  return wet;
}

void low_pass(Stereo& bus, const Curve& octave, double quality) {
  Filter left, right;
  std::size_t until_tuning = 0;
  each_sample(bus, [&](double time, float& l, float& r) {
    if (until_tuning-- == 0) {
      const double cutoff = std::exp2(octave(time));
      left.tune(cutoff, quality);
      right.tune(cutoff, quality);
      until_tuning = 15;
    }
    left.step(l);
    right.step(r);
    l = static_cast<float>(left.low);
    r = static_cast<float>(right.low);
  });
}

void high_pass(Stereo& bus, double cutoff_hz) {
  Filter left, right;
  left.tune(cutoff_hz, 0.71);
  right.tune(cutoff_hz, 0.71);
  each_sample(bus, [&](double, float& l, float& r) {
    left.step(l);
    right.step(r);
    l = static_cast<float>(left.high);
    r = static_cast<float>(right.high);
  });
}

void fade(Stereo& bus, const Curve& gain) {
  each_sample(bus, [&](double time, float& l, float& r) {
    const float level = static_cast<float>(gain(time));
    l *= level;
    r *= level;
  });
}

void duck(Stereo& bus, const std::vector<double>& hits, double depth, double recovery) {
  auto next = hits.begin();
  double last = -1e9;
  each_sample(bus, [&](double time, float& l, float& r) {
    while (next != hits.end() && *next <= time) last = *next++;
    const double share = std::min(1.0, (time - last) / recovery);
    // Down within five milliseconds, so that the pull itself does not click.
    const double down = std::min(1.0, (time - last) / 0.005);
    const float level = static_cast<float>(1.0 - depth * down * (1.0 - share) * (1.0 - share));
    l *= level;
    r *= level;
  });
}

void saturate(Stereo& bus, double drive) {
  each_sample(bus, [&](double, float& l, float& r) {
    l = static_cast<float>(std::tanh(drive * l) / drive);
    r = static_cast<float>(std::tanh(drive * r) / drive);
  });
}

void finish(Stereo& piece, double peak, double fade_out_seconds) {
  high_pass(piece, 28.0);
  saturate(piece, 0.8);
  const double length = static_cast<double>(piece.frames()) / kSampleRate;
  fade(piece, {{0.0, 0.0}, {0.01, 1.0}, {length - fade_out_seconds, 1.0}, {length - 0.02, 0.0}});
  float largest = 0.0f;
  each_sample(piece, [&](double, float& l, float& r) { largest = std::max({largest, std::abs(l), std::abs(r)}); });
  const float scale = static_cast<float>(peak) / largest;
  each_sample(piece, [&](double, float& l, float& r) {
    l *= scale;
    r *= scale;
  });
}

}  // namespace fractalsync::demo
