// Night, first birds, sunrise, and the birds alone again.
#include "data/make_demo_audio/drums.h"
#include "data/make_demo_audio/effects.h"
#include "data/make_demo_audio/instruments.h"
#include "data/make_demo_audio/pieces.h"
#include "data/make_demo_audio/score.h"

namespace fractalsync::demo {
namespace {

void sing_birds(Score& score, Stereo& birds, double from, double to, double density) {
  for (double beat = from; beat < to; beat += score.random.uniform(0.25, 1.1) / density) {
    const double place = score.random.uniform(-0.9, 0.9);
    const double home = score.random.uniform(2400.0, 5200.0);
    const int calls = static_cast<int>(score.random.uniform(1.0, 5.0));
    for (int call = 0; call < calls; ++call) {
      // One draw a statement: the order of evaluation of arguments is the compiler's choice.
      const double target = home * score.random.uniform(0.7, 1.4);
      const double trill = score.random.uniform(0.0, 45.0);
      const double seconds = score.random.uniform(0.07, 0.16);
      const double level = score.random.uniform(0.05, 0.13);
      score.play(birds, beat + 0.16 * call, chirp(home, target, trill, seconds), level, place);
    }
  }
}

}  // namespace

Stereo dawn_chorus() {
  Score score(60, 28, 1);

  Stereo pads = score.bus();
  const SynthPatch pad{.saw = 0.5,
                       .sub = 0.25,
                       .unison = 3,
                       .detune_cents = 14,
                       .attack = 1.6,
                       .decay = 2,
                       .sustain = 0.8,
                       .release = 2.6,
                       .cutoff_hz = 4200,
                       .vibrato_cents = 6};
  const struct {
    double beat, end;
    const char *chord, *figure;  // what the pads hold, what the strings pick out of it
  } harmony[] = {{0, 6, "D2 A2", ""},
                 {6, 10, "D3 A3 E4 F#4", ""},
                 {10, 13, "E3 B3 G#4 D4", "E4 B4 D5 G#5"},
                 {13, 16, "B2 F#3 C#4 D4", "D4 F#4 C#5 F#5"},
                 {16, 18.5, "G2 D3 B3 F#4", "D4 G4 B4 F#5"},
                 {18.5, 21, "A2 E3 C#4 G#4 B4", "C#4 A4 B4 E5"},
                 {21, 22.5, "D2 A2 F#3 C#4 A4 E5", "D4 A4 E5 F#5"}};
  for (const auto& bar : harmony)
    for (const double note : chord(bar.chord))
      for (const double side : {-0.7, 0.7})
        score.play(pads, bar.beat, synth(pad, note, bar.end - bar.beat, score.random), 0.16, side);
  low_pass(pads, Curve{{0, 8.4}, {6, 8.8}, {12, 9.5}, {18, 10.6}, {21, 12.6}, {23, 12.6}, {26, 8}}, 0.8);
  fade(pads, Curve{{0, 0.9}, {6, 0.6}, {14, 0.8}, {20, 1.5}, {22.5, 1.7}, {25, 0.2}, {27, 0}});

  Stereo strings = score.bus();
  std::size_t step = 0;
  for (const auto& bar : harmony) {
    const std::vector<double> notes = chord(bar.figure);
    if (notes.empty()) continue;
    for (const double beat : every(0.25, bar.beat, bar.end)) {
      const double effort = (beat - 10) / 12.5;
      score.play(strings, beat, pluck(notes[step % notes.size()], 2.0, 0.3 + 0.6 * effort, 2.5, score.random),
                 0.05 + 0.3 * effort, step % 2 == 0 ? -0.4 : 0.4);
      ++step;
    }
  }
  for (const Note& note : phrase("A5/1.5 F#5/.5 E5/1 C#6/2 B5/1 A5/.5 F#5/.5 G#5/1.5 E5/.5 F#5/2"))
    score.play(strings, 12 + note.beat,
               fm({.ratio = 1, .index = 1.2, .index_decay = 0.8, .attack = 0.05, .decay = 1.2}, note.midi, 2.4), 0.14,
               0.15);
  for (const double beat : {16.0, 18.5, 19.75, 20.5, 21.0, 22.0})
    score.play(strings, beat, kick(55, 0.35, 0.5), 0.3 + 0.05 * (beat - 16), 0);
  score.play(strings, 20.97, cymbal(0.9, score.random), 0.35, -0.2);

  Stereo birds = score.bus();
  sing_birds(score, birds, 2.5, 7, 0.7);
  sing_birds(score, birds, 7, 14, 1.6);
  sing_birds(score, birds, 22.8, 26.3, 1.2);

  Stereo wind = score.bus();
  for (const double side : {-0.8, 0.8}) {
    score.play(wind, 0, noise_sweep({250, 700, 0.1, 0.2, 0.8}, 6, score.random), 0.35, side);
    score.play(wind, 6, noise_sweep({700, 400, 0.2, 0.0, 0.8}, 6, score.random), 0.35, side);
    score.play(wind, 16, noise_sweep({400, 9000, 0.0, 0.5, 0.9}, 5, score.random), 0.35, side);
  }

  Stereo piece = score.bus();
  add(piece, pads, 1.0);
  add(piece, strings, 1.0);
  add(piece, birds, 0.8);
  add(piece, wind, 1.0);
  add(strings, birds, 1.2);
  add(piece, room(strings, 2.6, 5000), 0.35);
  add(piece, room(pads, 3.5, 2500), 0.25);
  finish(piece, 0.8, 0.8);
  return piece;
}

}  // namespace fractalsync::demo
