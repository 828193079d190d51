// A waltz: a musical box alone, guitars, strings at the bend of the river, the box again, slower.
#include "data/make_demo_audio/drums.h"
#include "data/make_demo_audio/effects.h"
#include "data/make_demo_audio/instruments.h"
#include "data/make_demo_audio/pieces.h"
#include "data/make_demo_audio/score.h"

namespace fractalsync::demo {

Stereo paper_boats() {
  Score score(144, 62, 3);
  // One chord a bar of three beats.
  const char* harmony[] = {"G2 B3 D4 G4", "E2 B3 E4 G4",  "C3 C4 E4 G4", "D2 A3 C4 F#4",
                           "G2 B3 D4 G4", "B2 B3 D4 F#4", "C3 C4 E4 G4", "D2 A3 C4 F#4"};

  Stereo box = score.bus();
  const FmPatch comb{
      .ratio = 5.4, .index = 0.7, .index_decay = 0.08, .decay = 0.55, .partial = 0.25, .partial_ratio = 2.0};
  const char* tune =
      "D6/2 B5/1 E6/1.5 D6/.5 B5/1 C6/1 E6/1 G6/1 F#6/2 D6/1 B5/1 D6/1 G6/1 F#6/1.5 E6/.5 D6/1 E6/1 C6/1 A5/1 A5/3";
  for (const Note& note : phrase(tune)) {
    score.play(box, note.beat, fm(comb, note.midi, 1.5), 0.07, 0.3);
    if (note.beat >= 12) score.play(box, 24 + note.beat, fm(comb, note.midi, 1.5), 0.09, 0.3);
  }
  // The spring runs down.
  double beat = 49;
  double step = 1.0;
  for (const char* name : {"D6", "B5", "G5", "A5", "B5", "D5", "G5"}) {
    score.play(box, beat, fm(comb, pitch(name), 2.0), 0.06, 0.3);
    beat += step *= 1.13;
  }

  Stereo guitars = score.bus();
  for (int bar = 4; bar < 16; ++bar) {
    const std::vector<double> notes = chord(harmony[bar % 8]);
    const double effort = bar < 8 ? 0.35 : 0.65;
    score.play(guitars, 3 * bar, pluck(notes[0], 1.6, effort, 3.0, score.random), bar < 8 ? 0.35 : 0.5, -0.15);
    for (const int when : {1, 2})
      for (std::size_t k = 1; k < notes.size(); ++k)
        score.play(guitars, 3 * bar + when + 0.03 * static_cast<double>(k),
                   pluck(notes[k], 0.7, effort, 1.6, score.random), bar < 8 ? 0.16 : 0.24, -0.45);
  }
  for (const Note& note :
       phrase("G4/2 A4/1 B4/2 D5/1 E5/1 D5/1 C5/1 D5/3 B4/1 C5/1 D5/1 F#5/2 E5/1 G5/1.5 E5/.5 C5/1 A4/3"))
    score.play(guitars, 24 + note.beat, pluck(note.midi, 1.8, 0.8, 2.8, score.random), 0.42, 0.4);

  for (const double note : chord("G2 D3 B3 D4 G4"))
    score.play(guitars, 48, pluck(note, 3.0, 0.4, 3.5, score.random), 0.22, -0.2);

  Stereo strings = score.bus();
  const SynthPatch bow{.saw = 0.7,
                       .breath = 0.03,
                       .unison = 4,
                       .detune_cents = 13,
                       .attack = 0.22,
                       .decay = 1,
                       .sustain = 0.85,
                       .release = 0.4,
                       .cutoff_hz = 2600,
                       .sweep_octaves = -0.8,
                       .sweep_decay = 0.5,
                       .vibrato_cents = 16};
  for (int bar = 8; bar < 16; ++bar)
    for (const double note : chord(harmony[bar % 8]))
      for (const double side : {-0.7, 0.7})
        score.play(strings, 3 * bar, synth(bow, note + (bar >= 12 ? 12 : 0), score.seconds(2.9), score.random), 0.12,
                   side);
  for (const Note& note : phrase("B5/3 F#5/3 E6/2 C6/1 D6/2 A5/1"))
    for (const double side : {-0.3, 0.5})
      score.play(strings, 36 + note.beat, synth(bow, note.midi, score.seconds(note.beats * 0.95), score.random), 0.2,
                 side);
  fade(strings, score.over_beats({{24, 0.2}, {30, 0.6}, {36, 1.0}, {42, 1.5}, {47, 1.7}, {49, 0.2}}));

  Stereo toys = score.bus();
  for (int bar = 8; bar < 16; ++bar) {
    score.play(toys, 3 * bar, kick(62, 0.16, 0), bar < 12 ? 0.3 : 0.55);
    for (const int when : {1, 2})
      score.play(toys, 3 * bar + when, shaker(0.05, score.random), bar < 12 ? 0.12 : 0.22, 0.5);
    if (bar >= 12)
      for (const double when : {1.5, 2.5}) score.play(toys, 3 * bar + when, rim(1900), 0.15, -0.5);
  }
  score.play(toys, 36, cymbal(0.6, score.random), 0.22, -0.3);
  score.play(toys, 48, fm({.ratio = 1.41, .index = 3, .index_decay = 0.5, .decay = 1.4}, pitch("G4"), 4), 0.12, -0.2);

  Stereo piece = score.bus();
  for (const Stereo* bus : {&box, &guitars, &strings, &toys}) add(piece, *bus, 1.0);
  add(box, guitars, 0.6);
  add(box, strings, 0.8);
  add(box, toys, 0.4);
  add(piece, room(box, 1.5, 5500), 0.22);
  finish(piece, 0.8, 0.8);
  return piece;
}

}  // namespace fractalsync::demo
