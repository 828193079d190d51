// Sound as arrays: what every other file of the demo music passes around. An instrument makes a mono sound, a score
// places it on a stereo bus, effects work on a whole bus, the sum of the buses is the piece.
#pragma once

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <numbers>
#include <random>
#include <utility>
#include <vector>

namespace fractalsync::demo {

inline constexpr double kSampleRate = 44100.0;
inline constexpr double kTwoPi = 2.0 * std::numbers::pi;

inline std::size_t samples(double seconds) { return static_cast<std::size_t>(std::lround(seconds * kSampleRate)); }

/// Frequency of a (fractional) MIDI note; 69 is A4 = 440 Hz.
inline double hertz(double midi) { return 440.0 * std::exp2((midi - 69.0) / 12.0); }

using Mono = std::vector<float>;

/// Two channels of one length.
struct Stereo {
  Mono left, right;

  explicit Stereo(std::size_t frames) : left(frames), right(frames) {}
  std::size_t frames() const { return left.size(); }
};

/// Adds a mono sound from frame `at` on, cut at the end of the bus. `pan` runs from -1 (left) to 1 (right), at equal
/// power.
void add(Stereo& bus, std::size_t at, const Mono& sound, double gain, double pan);

/// Adds `gain` times another bus of the same length.
void add(Stereo& bus, const Stereo& other, double gain);

/// Random numbers that are the same everywhere: the standard fixes the generator's output, the mapping is ours.
class Random {
 public:
  explicit Random(std::uint32_t seed) : generator_(seed) {}
  /// Uniform in [low, high).
  double uniform(double low, double high) { return low + (high - low) * (generator_() * 0x1p-32); }
  /// White noise in [-1, 1).
  double noise() { return uniform(-1.0, 1.0); }

 private:
  std::mt19937 generator_;
};

/// A value that moves along straight lines between (position, value) points and stays put outside them.
class Curve {
 public:
  Curve(std::initializer_list<std::pair<double, double>> points) : points_(points) {}
  explicit Curve(std::vector<std::pair<double, double>> points) : points_(std::move(points)) {}
  double operator()(double position) const;

 private:
  std::vector<std::pair<double, double>> points_;
};

}  // namespace fractalsync::demo
