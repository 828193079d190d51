// Drops on glass, quiet and very bright; twice a wave from below, loud and dark.
#include "data/make_demo_audio/drums.h"
#include "data/make_demo_audio/effects.h"
#include "data/make_demo_audio/instruments.h"
#include "data/make_demo_audio/pieces.h"
#include "data/make_demo_audio/score.h"

namespace fractalsync::demo {

Stereo glass_rain() {
  Score score(84, 37, 5);

  Stereo drops = score.bus();
  const FmPatch glass{
      .ratio = 3.53, .index = 1.6, .index_decay = 0.15, .decay = 0.5, .partial = 0.2, .partial_ratio = 5.2};
  const char* scale = "F#5 A5 B5 C#6 E6 F#6 A6 B6 C#7 E7";
  const std::vector<double> notes = chord(scale);
  for (double beat = 0; beat < 33.5;) {
    const bool under = (beat > 11 && beat < 16) || (beat > 23 && beat < 28);
    const auto which = static_cast<std::size_t>(score.random.uniform(0, static_cast<double>(notes.size())));
    if (!under) {
      // One draw a statement: the order of evaluation of arguments is the compiler's choice.
      const double level = score.random.uniform(0.04, 0.14);
      const double place = score.random.uniform(-0.9, 0.9);
      score.play(drops, beat, fm(glass, notes[which], 1.2), level, place);
      beat += score.random.uniform(0, 1) < 0.5 ? 0.25 : 0.5;
    } else {
      beat += 0.5;
    }
  }
  for (const double start : {4.0, 17.0, 29.0})
    for (const Note& note : phrase("C#6/1 B5/.5 A5/.5 F#5/1 E5/.5 F#5/1 A5/.5 B5/1"))
      score.play(drops, start + note.beat,
                 fm({.ratio = 2.0, .index = 1.1, .index_decay = 0.3, .decay = 1.1}, note.midi, 2.5), 0.13, -0.1);

  Stereo rain = score.bus();
  for (const double side : {-0.9, 0.9}) {
    score.play(rain, 0, noise_sweep({7000, 8000, 0.03, 0.07, 0.7}, score.seconds(11), score.random), 0.7, side);
    score.play(rain, 11, noise_sweep({6000, 400, 0.07, 0.0, 0.7}, score.seconds(2), score.random), 0.7, side);
    score.play(rain, 15, noise_sweep({3000, 9000, 0.0, 0.1, 0.7}, score.seconds(8), score.random), 0.7, side);
    score.play(rain, 23, noise_sweep({9000, 400, 0.1, 0.0, 0.7}, score.seconds(2), score.random), 0.7, side);
    score.play(rain, 27, noise_sweep({1500, 9000, 0.0, 0.1, 0.7}, score.seconds(2), score.random), 0.7, side);
    score.play(rain, 29, noise_sweep({9000, 6500, 0.1, 0.0, 0.7}, score.seconds(7), score.random), 0.7, side);
  }
  for (double beat = 0.5; beat < 33; beat += score.random.uniform(0.06, 0.5)) {
    if ((beat > 12 && beat < 16) || (beat > 24 && beat < 28)) continue;
    const double tune = score.random.uniform(2800, 6500);
    const double level = score.random.uniform(0.01, 0.06);
    const double place = score.random.uniform(-1, 1);
    score.play(rain, beat, rim(tune), level, place);
  }

  Stereo swell = score.bus();
  const SynthPatch ground{.saw = 0.6,
                          .sub = 1.0,
                          .unison = 4,
                          .detune_cents = 16,
                          .attack = 1.1,
                          .decay = 2,
                          .sustain = 0.9,
                          .release = 1.3,
                          .cutoff_hz = 330,
                          .quality = 0.9,
                          .sweep_octaves = -1,
                          .sweep_decay = 1.2};
  const std::pair<double, const char*> waves[] = {
      {10.5, "F#2 C#3 F#3 A3"}, {13.2, "D2 A2 F#3"}, {22.5, "B1 F#2 D3 F#3"}, {25, "C#2 G#2 E3 B3"}};
  for (const auto& [beat, names] : waves)
    for (const double note : chord(names))
      for (const double side : {-0.6, 0.6})
        score.play(swell, beat, synth(ground, note, score.seconds(2.4), score.random), beat > 20 ? 0.5 : 0.42, side);
  for (const double beat : {12.0, 13.5, 14.25, 15.0, 24.0, 25.0, 25.75, 26.5, 27.0, 27.25, 27.5})
    score.play(swell, beat, kick(43, 0.3, 1), 0.6);
  low_pass(swell, score.over_beats({{10, 7.5}, {13, 8.7}, {16, 8.0}, {22, 7.8}, {27, 9.6}, {28, 8}}), 0.9);

  Stereo piece = score.bus();
  for (const Stereo* bus : {&drops, &rain, &swell}) add(piece, *bus, 1.0);
  add(piece, echoes(drops, score.seconds(0.75), 0.5, 6000), 0.45);
  add(drops, rain, 0.5);
  add(piece, room(drops, 3.2, 7000), 0.25);
  add(piece, room(swell, 2.0, 900), 0.12);
  finish(piece, 0.8, 1.5);
  return piece;
}

}  // namespace fractalsync::demo
