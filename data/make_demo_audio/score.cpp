#include "data/make_demo_audio/score.h"

#include <algorithm>
#include <sstream>
#include <string>

#include "core/check.h"

namespace fractalsync::demo {

double pitch(std::string_view name) {
  constexpr std::string_view kLetters = "C.D.EF.G.A.B";
  FS_CHECK(name.size() >= 2);
  const std::size_t letter = kLetters.find(name[0]);
  FS_CHECK(letter != std::string_view::npos && name[0] != '.');
  const char accidental = name[1];
  const double shift = accidental == '#' ? 1.0 : accidental == 'b' ? -1.0 : 0.0;
  const std::string_view octave = name.substr(shift == 0.0 ? 1 : 2);
  FS_CHECK(octave.size() == 1 && octave[0] >= '0' && octave[0] <= '9');
  return 12.0 * (octave[0] - '0' + 1) + static_cast<double>(letter) + shift;
}

std::vector<double> chord(std::string_view names) {
  std::istringstream in{std::string(names)};
  std::vector<double> notes;
  for (std::string name; in >> name;) notes.push_back(pitch(name));
  return notes;
}

std::vector<Note> phrase(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<Note> notes;
  double beat = 0.0, beats = 1.0;
  for (std::string word; in >> word;) {
    const std::size_t slash = word.find('/');
    if (slash != std::string::npos) beats = std::stod(word.substr(slash + 1));
    const std::string name = word.substr(0, slash);
    if (name != "-") notes.push_back({beat, beats, pitch(name)});
    beat += beats;
  }
  return notes;
}

void Score::play(Stereo& bus, double beat, const Mono& sound, double gain, double pan) {
  const double late = random.uniform(0.0, 0.004);
  add(bus, samples(seconds(beat) + late), sound, gain * random.uniform(0.92, 1.08), pan);
}

Curve Score::over_beats(std::initializer_list<std::pair<double, double>> points) const {
  std::vector<std::pair<double, double>> seconds_points(points);
  for (auto& point : seconds_points) point.first = seconds(point.first);
  return Curve(std::move(seconds_points));
}

std::vector<double> Score::times(const std::vector<double>& beats) const {
  std::vector<double> result;
  result.reserve(beats.size());
  for (const double beat : beats) result.push_back(seconds(beat));
  return result;
}

std::vector<double> every(double step, double first, double end) {
  std::vector<double> beats;
  for (int i = 0; first + i * step < end - 1e-9; ++i) beats.push_back(first + i * step);
  return beats;
}

}  // namespace fractalsync::demo
