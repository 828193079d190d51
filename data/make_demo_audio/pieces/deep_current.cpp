// Dub techno under water: a loud dark pulse, chords that surface slowly, a pocket of air, and down again.
#include "data/make_demo_audio/drums.h"
#include "data/make_demo_audio/effects.h"
#include "data/make_demo_audio/instruments.h"
#include "data/make_demo_audio/pieces.h"
#include "data/make_demo_audio/score.h"

namespace fractalsync::demo {

Stereo deep_current() {
  Score score(120, 52, 7);
  const auto air = [](double beat) { return beat >= 30 && beat < 36; };

  Stereo pulse = score.bus();
  std::vector<double> kicks;
  for (const double beat : every(1, 0, 48)) {
    if (air(beat)) continue;
    score.play(pulse, beat, kick(45, 0.2, 1.2), 0.85);
    kicks.push_back(beat);
  }
  Stereo bass = score.bus();
  const SynthPatch sub{
      .saw = 0.15, .sub = 1.0, .attack = 0.02, .decay = 0.3, .sustain = 0.8, .release = 0.1, .cutoff_hz = 260};
  for (const double start : {0.0, 8.0, 16.0, 24.0, 36.0, 44.0})
    for (const Note& note : phrase("C3/.5 -/1 C3/.5 -/.5 Eb3/.5 C3/1 -/.5 C3/.5 -/1 Bb2/.5 -/.5 G2/1"))
      if (!air(start + note.beat) && start + note.beat < 48)
        score.play(bass, start + note.beat, synth(sub, note.midi, score.seconds(note.beats), score.random), 0.62);

  Stereo stabs = score.bus();
  const SynthPatch stab{.saw = 0.6,
                        .square = 0.2,
                        .unison = 3,
                        .detune_cents = 12,
                        .attack = 0.004,
                        .decay = 0.13,
                        .sustain = 0.0,
                        .release = 0.1,
                        .cutoff_hz = 3500,
                        .quality = 1.4,
                        .sweep_octaves = 1.3,
                        .sweep_decay = 0.1};
  for (const double bar : every(4, 4, 50))
    for (const double offset : {0.75, 2.5}) {
      const bool low = static_cast<int>(bar / 8) % 2 == 1;
      for (const double note : chord(low ? "Ab3 C4 Eb4 G4" : "C4 Eb4 G4 Bb4"))
        score.play(stabs, bar + offset, synth(stab, note, 0.3, score.random), offset < 1 ? 0.2 : 0.13,
                   offset < 1 ? -0.25 : 0.3);
    }
  add(stabs, echoes(stabs, score.seconds(0.75), 0.68, 2800), 0.8);
  low_pass(stabs,
           score.over_beats(
               {{0, 8}, {8, 8.4}, {16, 9.3}, {26, 12.3}, {30, 13}, {36, 10.5}, {40, 11.5}, {46, 8.5}, {52, 7.5}}),
           1.5);

  Stereo tops = score.bus();
  for (const double beat : every(0.25, 12, 46)) {
    if (air(beat)) continue;
    const long step = std::lround(beat * 4) % 4;
    if (step == 2) score.play(tops, beat, cymbal(0.09, score.random), beat < 20 ? 0.12 : 0.25, 0.2);
    if (beat >= 20) score.play(tops, beat, shaker(0.03, score.random), step == 0 ? 0.2 : 0.12, -0.4);
    if (beat >= 20 && std::lround(beat * 4) % 8 == 4) score.play(tops, beat, clap(score.random), 0.3);
  }
  Stereo sea = score.bus();
  for (const double side : {-0.9, 0.9}) {
    score.play(sea, 0, noise_sweep({200, 500, 0.15, 0.2, 0.7}, score.seconds(16), score.random), 0.3, side);
    score.play(sea, 16, noise_sweep({500, 5000, 0.1, 0.25, 0.8}, score.seconds(14), score.random), 0.3, side);
    score.play(sea, 30, noise_sweep({6000, 2500, 0.12, 0.03, 0.7}, score.seconds(5), score.random), 0.3, side);
    score.play(sea, 36, noise_sweep({4000, 150, 0.3, 0.3, 0.8}, score.seconds(14), score.random), 0.3, side);
  }
  for (const Note& note : phrase("G6/.5 Eb6/1 C6/1.5 D6/.5 Bb5/1 G5/1"))
    score.play(sea, 30.5 + note.beat, fm({.ratio = 2, .index = 0.6, .decay = 0.7}, note.midi, 1.8), 0.05, 0.3);
  fade(stabs, score.over_beats({{0, 0.7}, {29, 1.1}, {30, 0.35}, {34, 0.22}, {36, 1.1}, {46, 0.9}, {52, 0.3}}));

  duck(stabs, score.times(kicks), 0.5, 0.3);
  duck(sea, score.times(kicks), 0.7, 0.4);
  duck(bass, score.times(kicks), 0.8, 0.2);
  Stereo piece = score.bus();
  for (const Stereo* bus : {&pulse, &bass, &stabs, &tops, &sea}) add(piece, *bus, 1.0);
  add(sea, stabs, 0.7);
  add(sea, tops, 0.2);
  add(piece, room(sea, 2.8, 2500), 0.2);
  finish(piece, 0.85, 1.6);
  return piece;
}

}  // namespace fractalsync::demo
