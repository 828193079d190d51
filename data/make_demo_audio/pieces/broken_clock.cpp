// A clock, a break that keeps losing its place, half-time dreams, the break again, the clock stops.
#include "data/make_demo_audio/drums.h"
#include "data/make_demo_audio/effects.h"
#include "data/make_demo_audio/instruments.h"
#include "data/make_demo_audio/pieces.h"
#include "data/make_demo_audio/score.h"

namespace fractalsync::demo {
namespace {

/// Two bars in sixteenths: k kick, s snare, g ghost snare, o open hat, . hat only.
constexpr char kBreak[] = "k.k.s..g.gk.s.o.k.kgs..g.kk.sgsg";
constexpr char kTurn[] = "k.k.s.kgs.k.sgs.k.ksgksgk.s.ssss";

}  // namespace

Stereo broken_clock() {
  Score score(172, 76, 6);
  const auto breaking = [](double beat) { return (beat >= 16 && beat < 40) || (beat >= 56 && beat < 72); };

  Stereo clock = score.bus();
  for (const double beat : every(1, 0, 76))
    if (!breaking(beat) && beat < 74)
      score.play(clock, beat, rim(static_cast<int>(beat) % 2 == 0 ? 2300 : 1700), beat < 16 ? 0.16 : 0.1,
                 static_cast<int>(beat) % 2 == 0 ? -0.4 : 0.4);
  for (const double beat : {4.0, 10.0, 12.0, 74.0})
    score.play(clock, beat, fm({.ratio = 1.4, .index = 2.2, .index_decay = 0.4, .decay = 0.9}, pitch("E5"), 3), 0.1,
               0.2);

  Stereo drums = score.bus();
  std::vector<double> kicks;
  for (const double beat : every(0.25, 16, 72)) {
    if (!breaking(beat)) continue;
    const long step = std::lround(beat * 4) % 32;
    const bool turn = (beat >= 32 && beat < 40) || beat >= 64;
    const char hit = (turn ? kTurn : kBreak)[step];
    if (hit == 'k') {
      score.play(drums, beat, kick(54, 0.09, 2), 0.75);
      kicks.push_back(beat);
    }
    if (hit == 's') score.play(drums, beat, snare(210, 0.1, 0.65, score.random), 0.62, 0.05);
    if (hit == 'g') score.play(drums, beat, snare(225, 0.05, 0.6, score.random), 0.2, -0.1);
    if (hit == 'o') score.play(drums, beat, cymbal(0.14, score.random), 0.25, 0.3);
    if (step % 2 == 0) score.play(drums, beat, cymbal(0.025, score.random), 0.2, 0.3);
  }
  for (const double beat : {40.0, 44.0, 48.0, 52.0}) {
    score.play(drums, beat, kick(50, 0.16, 1), 0.4);
    score.play(drums, beat + 2, snare(190, 0.16, 0.5, score.random), 0.18);
  }
  for (const double beat : {16.0, 32.0, 56.0, 72.0}) score.play(drums, beat, cymbal(0.5, score.random), 0.4, -0.3);
  saturate(drums, 1.2);

  Stereo bass = score.bus();
  const SynthPatch reese{.saw = 0.8,
                         .sub = 0.7,
                         .unison = 3,
                         .detune_cents = 32,
                         .attack = 0.01,
                         .decay = 0.6,
                         .sustain = 0.9,
                         .release = 0.08,
                         .cutoff_hz = 1400,
                         .quality = 1.2,
                         .drive = 1.5};
  const char* line = "E2/2.5 -/.5 F2/1 E2/1.5 D2/.5 E2/2 G2/2.5 -/.5 F2/1 E2/1 B1/1 D2/2";
  for (const double start : {16.0, 56.0})
    for (const Note& note : phrase(line))
      score.play(bass, start + note.beat, synth(reese, note.midi, score.seconds(note.beats), score.random), 0.42);
  for (const Note& note : phrase("E2/1 E2/.5 F2/.5 E2/1 Bb2/1 A2/1 F2/1 E2/2"))
    score.play(bass, 32 + note.beat, synth(reese, note.midi, score.seconds(note.beats), score.random), 0.42);
  low_pass(bass,
           score.over_beats(
               {{16, 8.2}, {22, 9.5}, {26, 8.4}, {32, 10.3}, {40, 8}, {56, 9}, {62, 10.8}, {66, 8.5}, {72, 10.5}}),
           1.8);

  Stereo keys = score.bus();
  const FmPatch piano{.ratio = 1, .index = 1.3, .index_decay = 0.5, .decay = 1.3, .partial = 0.12, .partial_ratio = 7};
  const char* dreams[] = {"E3 B3 D4 G4", "F3 C4 E4 A4", "G3 D4 F4 B4", "F3 A3 C4 E4"};
  for (int bar = 0; bar < 4; ++bar)
    for (const double note : chord(dreams[bar])) {
      score.play(keys, 40 + 4 * bar, fm(piano, note, 2.4), 0.11, -0.2);
      score.play(keys, 41.5 + 4 * bar, fm(piano, note + 12, 1.2), 0.05, 0.4);
      score.play(keys, 2 + 4 * bar, fm(piano, note + 12, 1.4), 0.035, 0.1);
    }
  for (const Note& note : phrase("B5/1.5 A5/1.5 G5/1 E5/2 F5/1 G5/1 D6/3 B5/1 C6/1.5 A5/1.5 F5/1"))
    score.play(keys, 40 + note.beat, fm(piano, note.midi, 1.6), 0.14, 0.25);
  const SynthPatch alarm{
      .saw = 0.4, .square = 0.4, .decay = 0.1, .sustain = 0.3, .release = 0.05, .cutoff_hz = 6000, .quality = 1.5};
  for (const Note& note : phrase("E5/.75 F5/.75 E5/.5 B5/.75 Bb5/.75 A5/.5 F5/.75 E5/.75 D5/.5 E5/2"))
    for (const double start : {24.0, 64.0})
      score.play(keys, start + note.beat, synth(alarm, note.midi, score.seconds(note.beats * 0.6), score.random), 0.2,
                 -0.3);

  Stereo wind = score.bus();
  for (const double side : {-0.7, 0.7}) {
    score.play(wind, 8, noise_sweep({500, 6000, 0.0, 0.5, 1.4}, score.seconds(8), score.random), 0.3, side);
    score.play(wind, 50, noise_sweep({200, 9000, 0.0, 0.8, 1.1}, score.seconds(6), score.random), 0.35, side);
  }

  duck(bass, score.times(kicks), 0.5, 0.12);
  Stereo piece = score.bus();
  for (const Stereo* bus : {&clock, &drums, &bass, &keys, &wind}) add(piece, *bus, 1.0);
  add(piece, echoes(keys, score.seconds(1.5), 0.4, 3500), 0.4);
  add(keys, clock, 1.0);
  add(keys, drums, 0.15);
  add(piece, room(keys, 1.8, 5000), 0.25);
  finish(piece, 0.85, 0.8);
  return piece;
}

}  // namespace fractalsync::demo
