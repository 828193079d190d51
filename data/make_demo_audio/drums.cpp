#include "data/make_demo_audio/drums.h"

#include <algorithm>
#include <array>

#include "data/make_demo_audio/filter.h"

namespace fractalsync::demo {
namespace {

/// Calls formula(time) for every sample of a sound that dies with `decay` (time to 1/e), over six of them, and takes
/// out the last of it linearly.
template <class Formula>
Mono struck(double decay, Formula&& formula) {
  Mono sound(samples(6.0 * decay));
  for (std::size_t i = 0; i < sound.size(); ++i) {
    const double time = static_cast<double>(i) / kSampleRate;
    const double left = 1.0 - static_cast<double>(i) / static_cast<double>(sound.size());
    sound[i] = static_cast<float>(formula(time) * std::exp(-time / decay) * left);
  }
  return sound;
}

}  // namespace

Mono kick(double tune_hz, double decay, double drive) {
  double phase = 0.0;
  return struck(decay, [&](double time) {
    phase += tune_hz * (1.0 + 5.0 * std::exp(-time / 0.012) + 1.2 * std::exp(-time / 0.05)) / kSampleRate;
    const double body = std::sin(kTwoPi * phase) * std::min(1.0, time / 0.001);
    return drive > 0.0 ? std::tanh((1.0 + drive) * body) / std::tanh(1.0 + drive) : body;
  });
}

Mono snare(double tune_hz, double decay, double snap, Random& random) {
  Filter wires;
  wires.tune(3200.0, 0.6);
  return struck(decay, [&](double time) {
    const double skin =
        (std::sin(kTwoPi * tune_hz * time) + 0.6 * std::sin(kTwoPi * 1.83 * tune_hz * time)) * std::exp(-time / 0.06);
    wires.step(random.noise());
    return 0.6 * (1.0 - snap) * skin + snap * (1.1 * wires.band + 0.4 * wires.high);
  });
}

Mono clap(Random& random) {
  Filter hands;
  hands.tune(1300.0, 1.4);
  return struck(0.09, [&](double time) {
    hands.step(random.noise());
    const double since = time < 0.033 ? std::fmod(time, 0.011) : time - 0.033;
    return 2.2 * hands.band * std::exp(-since / (time < 0.033 ? 0.005 : 0.06));
  });
}

Mono cymbal(double decay, Random& random) {
  constexpr std::array<double, 6> kPitches = {317.0, 465.3, 541.0, 676.7, 823.0, 1033.1};
  Filter high;
  high.tune(6800.0, 0.9);
  return struck(decay, [&](double time) {
    double metal = 0.0;
    for (const double pitch : kPitches) metal += std::fmod(4.1 * pitch * time, 1.0) < 0.5 ? 1.0 : -1.0;
    high.step(0.14 * metal + 0.5 * random.noise());
    return 0.8 * high.high;
  });
}

Mono shaker(double decay, Random& random) {
  Filter high;
  high.tune(7500.0, 1.2);
  return struck(decay, [&](double time) {
    high.step(random.noise());
    return 0.6 * high.high * std::min(1.0, time / 0.012);
  });
}

Mono rim(double tune_hz) {
  return struck(0.012, [&](double time) {
    return 0.6 * std::sin(kTwoPi * tune_hz * time) + 0.4 * std::sin(kTwoPi * 2.76 * tune_hz * time);
  });
}

Mono anvil(double tune_hz, double decay, Random& random) {
  constexpr std::array<double, 6> kRatios = {1.0, 2.32, 4.25, 6.63, 9.38, 12.2};
  std::array<double, 6> phases;
  for (double& phase : phases) phase = random.uniform(0.0, kTwoPi);
  return struck(decay, [&](double time) {
    double value = 0.0;
    for (std::size_t k = 0; k < kRatios.size(); ++k)
      value += std::sin(kTwoPi * tune_hz * kRatios[k] * time + phases[k]) *
               std::exp(-time * static_cast<double>(k) * 0.5 / decay) / (1.0 + 0.4 * static_cast<double>(k));
    return 0.45 * value * std::min(1.0, time / 0.0005);
  });
}

}  // namespace fractalsync::demo
