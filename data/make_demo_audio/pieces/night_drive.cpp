// An engine starts, the road opens, a tunnel, the road again.
#include "data/make_demo_audio/drums.h"
#include "data/make_demo_audio/effects.h"
#include "data/make_demo_audio/instruments.h"
#include "data/make_demo_audio/pieces.h"
#include "data/make_demo_audio/score.h"

namespace fractalsync::demo {

Stereo night_drive() {
  Score score(104, 48, 2);
  const char* harmony[] = {"A3 C4 E4 G4", "F3 A3 C4 E4", "C4 E4 G4 B4", "G3 B3 D4 E4"};
  const char* roots[] = {"A2", "F2", "C3", "G2"};
  const auto bar = [](double beat) {
    constexpr int kBars[] = {0, 1, 0, 1, 2, 3, 1, 3, 0, 1, 2, 0};
    return kBars[static_cast<int>(beat / 4)];
  };
  const auto driving = [](double beat) { return (beat >= 8 && beat < 24) || (beat >= 32 && beat < 44); };

  Stereo arpeggio = score.bus();
  const SynthPatch sequencer{.saw = 0.5,
                             .square = 0.4,
                             .decay = 0.12,
                             .sustain = 0.2,
                             .release = 0.08,
                             .cutoff_hz = 5000,
                             .quality = 1.5,
                             .sweep_octaves = 1,
                             .sweep_decay = 0.1};
  for (const double beat : every(0.25, 0, 44)) {
    const std::vector<double> notes = chord(harmony[bar(beat)]);
    const int step = static_cast<int>(beat * 4);
    const double octave = step % 8 < 4 ? 0 : 12;
    score.play(
        arpeggio, beat,
        synth(sequencer, notes[static_cast<std::size_t>(step * 3) % 4] + octave, score.seconds(0.2), score.random),
        step % 4 == 0 ? 0.26 : 0.17, step % 2 == 0 ? -0.5 : 0.5);
  }
  low_pass(arpeggio,
           score.over_beats({{0, 8.2}, {8, 10.5}, {16, 11.6}, {24, 12.5}, {25, 9}, {32, 12}, {40, 13}, {44, 9}}), 2.0);
  fade(arpeggio, score.over_beats({{0, 0.4}, {8, 0.9}, {24, 0.9}, {25, 0.25}, {29, 0.3}, {32, 1}, {48, 1}}));

  Stereo pads = score.bus();
  const SynthPatch pad{.saw = 0.5,
                       .unison = 5,
                       .detune_cents = 18,
                       .attack = 0.25,
                       .decay = 1,
                       .sustain = 0.85,
                       .release = 0.7,
                       .cutoff_hz = 1500,
                       .sweep_octaves = 0.7,
                       .sweep_decay = 0.8};
  for (const double beat : every(4, 4, 48))
    for (const double note : chord(harmony[bar(beat)]))
      for (const double side : {-0.8, 0.8})
        score.play(pads, beat, synth(pad, note, score.seconds(3.9), score.random), driving(beat) ? 0.11 : 0.06, side);

  Stereo bass = score.bus();
  const SynthPatch octaver{.saw = 0.8,
                           .square = 0.3,
                           .sub = 0.5,
                           .decay = 0.15,
                           .sustain = 0.5,
                           .release = 0.04,
                           .cutoff_hz = 420,
                           .quality = 1.6,
                           .sweep_octaves = 2.2,
                           .sweep_decay = 0.07,
                           .drive = 1};
  for (const double beat : every(0.5, 8, 44)) {
    if (!driving(beat)) continue;
    const double note = pitch(roots[bar(beat)]) + (static_cast<int>(beat * 2) % 2 == 1 ? 12 : 0);
    score.play(bass, beat, synth(octaver, note, score.seconds(0.4), score.random), 0.34);
  }
  score.play(bass, 44, synth(octaver, pitch("A2"), score.seconds(1.6), score.random), 0.4);

  Stereo lead = score.bus();
  const SynthPatch horn{.saw = 0.7,
                        .square = 0.25,
                        .unison = 2,
                        .detune_cents = 8,
                        .attack = 0.02,
                        .decay = 0.4,
                        .sustain = 0.7,
                        .release = 0.25,
                        .cutoff_hz = 3200,
                        .quality = 1.1,
                        .sweep_octaves = 0.8,
                        .vibrato_cents = 22};
  const char* theme = "E5/1.5 D5/.5 C5/1 A4/1 C5/1.5 D5/.5 C5/1 A4/1 E5/1 G5/1 E5/.5 D5/.5 C5/1 D5/2 B4/2";
  for (const Note& note : phrase(theme))
    for (const double start : {8.0, 32.0}) {
      if (start + note.beat >= 44) continue;
      score.play(lead, start + note.beat, synth(horn, note.midi, score.seconds(note.beats * 0.92), score.random),
                 start < 20 ? 0.17 : 0.22, 0.1);
    }
  for (const Note& note : phrase("A5/2 C6/1 A5/1 B5/1.5 G5/.5 D5/2"))
    score.play(lead, 24 + note.beat, fm({.ratio = 2, .index = 0.9, .decay = 0.9}, note.midi, 2), 0.12, -0.2);

  Stereo drums = score.bus();
  std::vector<double> kicks;
  for (const double beat : every(0.25, 8, 44)) {
    const long step = std::lround(beat * 4) % 16;
    if (!driving(beat)) continue;
    if (step % 8 == 0 || step == 6 || (step == 14 && beat > 30)) {
      score.play(drums, beat, kick(50, 0.14, 1.5), 0.75);
      kicks.push_back(beat);
    }
    if (step % 8 == 4) score.play(drums, beat, snare(185, 0.14, 0.6, score.random), 0.55, 0.05);
    if (step % 2 == 0) score.play(drums, beat, cymbal(step % 4 == 2 ? 0.07 : 0.025, score.random), 0.22, 0.3);
    if (beat > 30 && step % 2 == 1) score.play(drums, beat, cymbal(0.015, score.random), 0.12, 0.35);
  }
  for (const double beat : {8.0, 32.0, 44.0}) score.play(drums, beat, cymbal(0.7, score.random), 0.4, -0.3);
  for (int k = 0; k < 8; ++k)
    score.play(drums, 30 + 0.25 * k, snare(180 + 12 * k, 0.1, 0.5, score.random), 0.1 + 0.06 * k, -0.4 + 0.1 * k);
  score.play(drums, 24, noise_sweep({12000, 300, 0.6, 0.1, 1.0}, score.seconds(3), score.random), 0.25);
  score.play(drums, 28, noise_sweep({300, 11000, 0.0, 0.8, 1.2}, score.seconds(4), score.random), 0.35);

  duck(pads, score.times(kicks), 0.5, 0.3);
  Stereo piece = score.bus();
  for (const Stereo* bus : {&arpeggio, &pads, &bass, &lead, &drums}) add(piece, *bus, 1.0);
  add(piece, echoes(lead, score.seconds(0.75), 0.45, 3000), 0.5);
  add(piece, echoes(arpeggio, score.seconds(0.375), 0.3, 3500), 0.3);
  add(lead, pads, 0.8);
  add(lead, drums, 0.25);
  add(piece, room(lead, 2.2, 4500), 0.18);
  finish(piece, 0.85, 1.2);
  return piece;
}

}  // namespace fractalsync::demo
