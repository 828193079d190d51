// Music on paper: beats, note names, phrases, and where a sound goes.
#pragma once

#include <string_view>

#include "data/make_demo_audio/signal.h"

namespace fractalsync::demo {

struct Note {
  double beat, beats, midi;
};

/// MIDI number of "A4", "C#5", "Bb2". Throws CheckFailure on anything else.
double pitch(std::string_view name);

/// "C4 E4 G4" as MIDI numbers.
std::vector<double> chord(std::string_view names);

/// A melody: "A4/1.5 -/.5 C5 D5" is note or rest (-), slash, beats; without a slash as long as the one before.
std::vector<Note> phrase(std::string_view text);

/// Tempo and length of a piece, and its dice.
class Score {
 public:
  Random random;

  Score(double beats_per_minute, double beats, std::uint32_t seed)
      : random(seed), seconds_per_beat_(60.0 / beats_per_minute), beats_(beats) {}

  double seconds(double beats) const { return beats * seconds_per_beat_; }
  double beats() const { return beats_; }
  /// A silent bus as long as the piece.
  Stereo bus() const { return Stereo(samples(seconds(beats_))); }

  /// Lets a sound begin at a beat. A player is never quite on time, nor quite as loud as before: a few milliseconds,
  /// a few percent.
  void play(Stereo& bus, double beat, const Mono& sound, double gain, double pan = 0.0);

  /// A curve over beats as a curve over seconds.
  Curve over_beats(std::initializer_list<std::pair<double, double>> points) const;

  /// The beats as seconds.
  std::vector<double> times(const std::vector<double>& beats) const;

 private:
  double seconds_per_beat_, beats_;
};

/// first, first + step, ... below end.
std::vector<double> every(double step, double first, double end);

}  // namespace fractalsync::demo
