#include "data/make_demo_audio/instruments.h"

#include <algorithm>

#include "data/make_demo_audio/filter.h"

namespace fractalsync::demo {
namespace {

/// A ramp from -1 to 1 once per period, its step rounded off over two samples (polynomial band-limited step: Valimaki
/// and Huovilainen, "Antialiasing oscillators in subtractive synthesis", 2007).
double saw_wave(double phase, double step) {
  double value = 2.0 * phase - 1.0;
  if (phase < step) {
    const double t = phase / step;
    value -= 2.0 * t - t * t - 1.0;
  } else if (phase > 1.0 - step) {
    const double t = (phase - 1.0) / step;
    value -= t * t + 2.0 * t + 1.0;
  }
  return value;
}

double wrap(double phase) { return phase - std::floor(phase); }

/// Rises to 1, falls towards the sustain level, and after `held` seconds to 0.
double envelope(const SynthPatch& patch, double held, double time) {
  const auto gated = [&](double t) {
    if (t < patch.attack) return t / patch.attack;
    return patch.sustain + (1.0 - patch.sustain) * std::exp(-(t - patch.attack) / patch.decay);
  };
  if (time < held) return gated(time);
  const double left = std::max(0.0, 1.0 - (time - held) / patch.release);
  return gated(held) * left * left;
}

/// Fades the last milliseconds, so that a sound that was cut while it rang ends without a click.
void fade_end(Mono& sound, double seconds) {
  const std::size_t count = std::min(sound.size(), samples(seconds));
  for (std::size_t i = 0; i < count; ++i) sound[sound.size() - 1 - i] *= static_cast<float>(i) / count;
}

}  // namespace

Mono synth(const SynthPatch& patch, double midi, double seconds, Random& random) {
  Mono sound(samples(seconds + patch.release));
  struct Copy {
    double step, phase;
  };
  std::vector<Copy> copies;
  for (int k = 0; k < patch.unison; ++k) {
    const double place = patch.unison == 1 ? 0.0 : 2.0 * k / (patch.unison - 1) - 1.0;
    copies.push_back({hertz(midi + place * patch.detune_cents / 100.0) / kSampleRate, random.uniform(0.0, 1.0)});
  }
  const double level = 1.0 / std::sqrt(static_cast<double>(patch.unison));
  const double sub_step = 0.5 * hertz(midi) / kSampleRate;
  double sub_phase = 0.0;
  Filter filter;
  for (std::size_t i = 0; i < sound.size(); ++i) {
    const double time = static_cast<double>(i) / kSampleRate;
    // Vibrato grows in over the first third of a second, as a player's does.
    const double bend =
        std::exp2(patch.vibrato_cents / 1200.0 * std::sin(kTwoPi * 5.3 * time) * std::min(1.0, time / 0.35));
    double value = 0.0;
    for (Copy& copy : copies) {
      const double step = copy.step * bend;
      const double ramp = saw_wave(copy.phase, step);
      value += level * patch.saw * ramp;
      if (patch.square != 0.0) value += level * patch.square * (ramp - saw_wave(wrap(copy.phase + 0.5), step));
      copy.phase = wrap(copy.phase + step);
    }
    value += patch.sub * std::sin(kTwoPi * sub_phase) + patch.breath * random.noise();
    sub_phase = wrap(sub_phase + sub_step);
    if (i % 16 == 0)
      filter.tune(patch.cutoff_hz * std::exp2(patch.sweep_octaves * std::exp(-time / patch.sweep_decay)),
                  patch.quality);
    filter.step(value);
    value = 0.6 * filter.low * envelope(patch, seconds, time);
    if (patch.drive > 0.0) value = std::tanh(value * (1.0 + patch.drive)) / std::tanh(1.0 + patch.drive);
    sound[i] = static_cast<float>(value);
  }
  return sound;
}

Mono fm(const FmPatch& patch, double midi, double seconds) {
  Mono sound(samples(seconds));
  const double pitch = hertz(midi);
  for (std::size_t i = 0; i < sound.size(); ++i) {
    const double time = static_cast<double>(i) / kSampleRate;
    const double angle = kTwoPi * pitch * time;
    const double index = patch.index * std::exp(-time / patch.index_decay);
    double value = std::sin(angle + index * std::sin(patch.ratio * angle));
    value += patch.partial * std::sin(patch.partial_ratio * angle) * std::exp(-3.0 * time / patch.decay);
    sound[i] = static_cast<float>(value * std::min(1.0, time / patch.attack) * std::exp(-time / patch.decay));
  }
  fade_end(sound, 0.02);
  return sound;
}

Mono pluck(double midi, double seconds, double brightness, double ring, Random& random) {
  const double period = kSampleRate / hertz(midi);
  // The loop is a delay line, a two-point mean (half a sample) and a linear interpolation for the rest.
  const std::size_t length = static_cast<std::size_t>(period - 0.5);
  const double fraction = period - 0.5 - static_cast<double>(length);
  const double loss = std::pow(0.001, 1.0 / (ring * hertz(midi)));
  std::vector<double> line(length + 1);
  Smoother pick(std::min(0.45 * kSampleRate, 600.0 + 9000.0 * brightness * brightness));
  double mean = 0.0;
  for (double& v : line) mean += v = 2.0 * pick.step(random.noise());
  mean /= static_cast<double>(line.size());
  for (double& v : line) v -= mean;

  Mono sound(samples(seconds));
  double previous = 0.0;
  std::size_t at = 0;
  for (float& out : sound) {
    const std::size_t next = (at + 1) % line.size();
    const double now = (1.0 - fraction) * line[next] + fraction * line[at];
    line[at] = loss * 0.5 * (now + previous);
    previous = now;
    at = next;
    out = static_cast<float>(now);
  }
  for (std::size_t i = 0; i < std::min<std::size_t>(sound.size(), 32); ++i) sound[i] *= static_cast<float>(i) / 32;
  fade_end(sound, 0.03);
  return sound;
}

Mono noise_sweep(const Sweep& sweep, double seconds, Random& random) {
  Mono sound(samples(seconds));
  Filter filter;
  for (std::size_t i = 0; i < sound.size(); ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(sound.size());
    if (i % 16 == 0) filter.tune(sweep.from_hz * std::pow(sweep.to_hz / sweep.from_hz, share), sweep.quality);
    filter.step(random.noise());
    const double level = sweep.from_level + share * (sweep.to_level - sweep.from_level);
    sound[i] = static_cast<float>(level * filter.band);
  }
  for (std::size_t i = 0; i < std::min(sound.size(), samples(0.01)); ++i)
    sound[i] *= static_cast<float>(i) / static_cast<float>(samples(0.01));
  fade_end(sound, 0.02);
  return sound;
}

Mono chirp(double from_hz, double to_hz, double trill_hz, double seconds) {
  Mono sound(samples(seconds));
  double phase = 0.0;
  for (std::size_t i = 0; i < sound.size(); ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(sound.size());
    const double time = static_cast<double>(i) / kSampleRate;
    const double trill = std::sin(kTwoPi * trill_hz * time);
    const double pitch = from_hz * std::pow(to_hz / from_hz, share) * (1.0 + 0.06 * trill);
    phase = wrap(phase + pitch / kSampleRate);
    const double swell = std::sin(std::numbers::pi * share);
    sound[i] = static_cast<float>(swell * swell * (0.7 + 0.3 * trill) *
                                  (std::sin(kTwoPi * phase) + 0.15 * std::sin(2.0 * kTwoPi * phase)));
  }
  return sound;
}

}  // namespace fractalsync::demo
