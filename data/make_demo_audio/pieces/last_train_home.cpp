// Platform piano, doors close, the train rolls, a tunnel, one beat of nothing, daylight, and the last chord.
#include "data/make_demo_audio/drums.h"
#include "data/make_demo_audio/effects.h"
#include "data/make_demo_audio/instruments.h"
#include "data/make_demo_audio/pieces.h"
#include "data/make_demo_audio/score.h"

namespace fractalsync::demo {

Stereo last_train_home() {
  Score score(124, 56, 8);
  const char* harmony[] = {"Eb3 G4 Bb4 Eb5", "Bb2 F4 Bb4 D5", "C3 G4 C5 Eb5", "Ab2 Eb4 Ab4 C5"};
  const auto rolling = [](double beat) { return (beat >= 8 && beat < 24) || (beat >= 32 && beat < 48); };
  const auto bar = [](double beat) { return static_cast<std::size_t>(beat / 4) % 4; };

  Stereo piano = score.bus();
  const FmPatch grand{.ratio = 1, .index = 1.7, .index_decay = 0.25, .decay = 0.9, .partial = 0.15, .partial_ratio = 3};
  for (const double start : every(4, 0, 48)) {
    const std::vector<double> notes = chord(harmony[bar(start)]);
    const bool full = rolling(start);
    for (const double offset : {0.0, 0.75, 1.5, 2.5, 3.25}) {
      if ((!full && offset > 0 && offset < 2) || (start == 28 && offset > 2)) continue;
      for (std::size_t k = 1; k < notes.size(); ++k)
        score.play(piano, start + offset, fm(grand, notes[k], 1.3), full ? 0.2 : 0.075,
                   0.3 * static_cast<double>(k) - 0.6);
    }
    score.play(piano, start, fm(grand, notes[0], 2.0), full ? 0.2 : 0.1, -0.3);
  }
  for (const double note : chord("Eb2 Bb2 Eb3 G3 Bb3 Eb4 G4 D5 F5"))
    score.play(piano, 48, fm({.index = 1.5, .index_decay = 0.8, .decay = 1.6}, note, 3.6), 0.16);

  Stereo melody = score.bus();
  const SynthPatch whistle{.saw = 0.25,
                           .square = 0.5,
                           .unison = 2,
                           .detune_cents = 6,
                           .attack = 0.015,
                           .decay = 0.3,
                           .sustain = 0.7,
                           .release = 0.12,
                           .cutoff_hz = 3800,
                           .sweep_octaves = 0.6,
                           .vibrato_cents = 14};
  const char* song =
      "G5/.75 Bb5/.75 Eb6/.5 D6/1 Bb5/1 F5/.75 Bb5/.75 D6/.5 C6/1 Bb5/1 G5/.75 Bb5/.75 C6/.5 Eb6/1 G6/1 F6/.75 Eb6/.75 "
      "C6/.5 Bb5/2";
  for (const Note& note : phrase(song)) {
    const double held = score.seconds(note.beats * 0.85);
    score.play(melody, 32 + note.beat, synth(whistle, note.midi, held, score.random), 0.24);
    if (note.beat >= 8) continue;
    score.play(melody, 16 + note.beat, synth(whistle, note.midi, held, score.random), 0.2);
    score.play(melody, 24 + note.beat, fm(grand, note.midi, 0.9), 0.06, 0.3);
  }

  Stereo bass = score.bus();
  const SynthPatch rubber{.saw = 0.6,
                          .sub = 0.7,
                          .decay = 0.14,
                          .sustain = 0.45,
                          .release = 0.05,
                          .cutoff_hz = 500,
                          .quality = 1.4,
                          .sweep_octaves = 1.6,
                          .sweep_decay = 0.08,
                          .drive = 0.8};
  for (const double beat : every(0.5, 8, 48)) {
    if (!rolling(beat)) continue;
    const int step = static_cast<int>(beat * 2) % 8;
    if (step % 2 == 0 && step != 6) continue;
    const double root = chord(harmony[bar(beat)])[0];
    score.play(bass, beat, synth(rubber, root + (step == 7 ? 12 : 0), score.seconds(0.4), score.random), 0.5);
  }

  Stereo drums = score.bus();
  std::vector<double> kicks;
  for (const double beat : every(0.25, 8, 48)) {
    if (!rolling(beat)) continue;
    const long step = std::lround(beat * 4) % 16;
    if (step % 4 == 0) {
      score.play(drums, beat, kick(49, 0.17, 1.5), 0.85);
      kicks.push_back(beat);
    }
    if (step % 8 == 4) score.play(drums, beat, clap(score.random), 0.55);
    if (step % 4 == 2) score.play(drums, beat, cymbal(0.1, score.random), 0.28, 0.2);
    if (beat >= 16) score.play(drums, beat, shaker(0.025, score.random), step % 4 == 3 ? 0.3 : 0.16, -0.4);
    if (beat >= 32 && (step == 3 || step == 6 || step == 11)) score.play(drums, beat, rim(1450), 0.22, 0.5);
  }
  for (int k = 0; k < 24; ++k) {
    const double beat = k < 8 ? 24 + 0.5 * k : 28 + 0.1875 * (k - 8);
    score.play(drums, beat, snare(170 + 4 * k, 0.09, 0.6, score.random), 0.06 + 0.022 * k, 0.02 * k - 0.25);
  }
  for (const double beat : {8.0, 32.0, 48.0}) score.play(drums, beat, cymbal(0.7, score.random), 0.4, -0.25);

  Stereo rails = score.bus();
  for (const double side : {-0.7, 0.7}) {
    score.play(rails, 4, noise_sweep({300, 3000, 0.0, 0.3, 1.0}, score.seconds(4), score.random), 0.3, side);
    score.play(rails, 24, noise_sweep({180, 10000, 0.05, 0.9, 1.2}, score.seconds(7), score.random), 0.4, side);
    score.play(rails, 48, noise_sweep({9000, 300, 0.4, 0.0, 0.8}, score.seconds(5), score.random), 0.3, side);
  }

  duck(piano, score.times(kicks), 0.45, 0.25);
  Stereo piece = score.bus();
  for (const Stereo* bus : {&piano, &melody, &bass, &drums, &rails}) add(piece, *bus, 1.0);
  add(piece, echoes(melody, score.seconds(0.75), 0.35, 4000), 0.35);
  add(melody, piano, 0.7);
  add(melody, drums, 0.15);
  add(piece, room(melody, 1.8, 5000), 0.2);
  // One beat of nothing before daylight.
  fade(piece, score.over_beats({{30.95, 1}, {31.05, 0}, {31.9, 0}, {31.95, 1}}));
  finish(piece, 0.85, 1.2);
  return piece;
}

}  // namespace fractalsync::demo
