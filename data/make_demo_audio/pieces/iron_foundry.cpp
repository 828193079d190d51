// Dark rumble, hammers, the furnace door opens, everything stops, everything again.
#include "data/make_demo_audio/drums.h"
#include "data/make_demo_audio/effects.h"
#include "data/make_demo_audio/instruments.h"
#include "data/make_demo_audio/pieces.h"
#include "data/make_demo_audio/score.h"

namespace fractalsync::demo {

Stereo iron_foundry() {
  Score score(112, 46, 4);
  const auto working = [](double beat) { return (beat >= 8 && beat < 23) || (beat >= 28 && beat < 42); };

  Stereo drone = score.bus();
  const SynthPatch engine{.saw = 0.8,
                          .sub = 0.9,
                          .unison = 3,
                          .detune_cents = 22,
                          .attack = 0.4,
                          .decay = 1,
                          .sustain = 0.9,
                          .release = 0.3,
                          .cutoff_hz = 900,
                          .quality = 1.2,
                          .drive = 2.5};
  const std::pair<double, const char*> ground[] = {{0, "E1"},  {8, "E1"},  {16, "F1"}, {20, "E1"},
                                                   {28, "E1"}, {36, "G1"}, {39, "F1"}};
  const double ends[] = {7.8, 16, 20, 23, 36, 39, 42};
  for (std::size_t k = 0; k < std::size(ground); ++k)
    for (const double interval : {0.0, 7.0})
      for (const double side : {-0.5, 0.5})
        score.play(drone, ground[k].first,
                   synth(engine, pitch(ground[k].second) + 12 + interval, score.seconds(ends[k] - ground[k].first),
                         score.random),
                   0.24, side);
  low_pass(drone, score.over_beats({{0, 6.3}, {7, 7.2}, {8, 7.8}, {16, 8.5}, {22, 10.5}, {28, 8}, {34, 9}, {41, 11.5}}),
           2.2);
  fade(drone, score.over_beats({{0, 0.3}, {6, 0.9}, {22, 1.1}, {24, 0}, {27.9, 0}, {28, 1.2}, {42, 1.3}, {43, 0}}));

  Stereo riff = score.bus();
  const SynthPatch saw_blade{.saw = 0.9,
                             .square = 0.5,
                             .decay = 0.12,
                             .sustain = 0.4,
                             .release = 0.03,
                             .cutoff_hz = 1100,
                             .quality = 2.5,
                             .sweep_octaves = 2.4,
                             .sweep_decay = 0.08,
                             .drive = 4};
  for (const double start : {12.0, 16.0, 20.0, 28.0, 32.0, 36.0, 39.0})
    for (const Note& note : phrase("E2/.5 -/.25 E2/.25 F2/.5 E2/.25 G2/.25 -/.25 E2/.25 Bb2/.5 A2/.25 F2/.25"))
      if (working(start + note.beat) && (start != 36.0 || note.beat < 3))
        score.play(riff, start + note.beat, synth(saw_blade, note.midi, score.seconds(note.beats * 0.8), score.random),
                   0.3, -0.15);

  Stereo machines = score.bus();
  std::vector<double> kicks;
  for (const double beat : every(0.25, 4, 42)) {
    const long step = std::lround(beat * 4) % 16;
    if (!working(beat)) {
      if (beat < 8 && step % 4 == 0)
        score.play(machines, beat, anvil(240, 0.1, score.random), 0.05 + 0.03 * (beat - 4), 0.5);
      continue;
    }
    if (step % 4 == 0 || step == 7) {
      score.play(machines, beat, kick(46, 0.16, 5), 0.8);
      kicks.push_back(beat);
    }
    if (step % 8 == 4) {
      score.play(machines, beat, snare(150, 0.2, 0.75, score.random), 0.6);
      score.play(machines, beat, anvil(410, 0.25, score.random), 0.3, 0.3);
    }
    if (step == 3 || step == 6 || step == 10 || step == 13)
      score.play(machines, beat, anvil(620 + 55 * step, 0.12, score.random), 0.22, step < 8 ? -0.7 : 0.7);
    if (beat >= 16) score.play(machines, beat, shaker(0.03, score.random), step % 4 == 2 ? 0.5 : 0.22, 0.4);
  }
  saturate(machines, 1.3);

  Stereo steam = score.bus();
  score.play(steam, 2, noise_sweep({90, 160, 0.2, 0.8, 1.5}, score.seconds(6), score.random), 0.5);
  for (const double side : {-0.7, 0.7}) {
    score.play(steam, 18, noise_sweep({250, 9000, 0.0, 0.9, 1.0}, score.seconds(5), score.random), 0.5, side);
    score.play(steam, 23, noise_sweep({9000, 5000, 0.35, 0.0, 0.8}, score.seconds(2.4), score.random), 0.4, side);
    score.play(steam, 36, noise_sweep({7000, 200, 0.6, 0.5, 1.2}, score.seconds(4), score.random), 0.4, side);
    score.play(steam, 42, noise_sweep({4000, 12000, 0.5, 0.0, 0.8}, score.seconds(2.5), score.random), 0.35, side);
  }
  // Water drips in the silence.
  for (const double beat : {24.6, 25.5, 25.75, 26.8, 27.4})
    score.play(steam, beat, chirp(1500 + 250 * beat - 5500, 2600, 0, 0.05), 0.08, score.random.uniform(-0.8, 0.8));
  score.play(steam, 28, cymbal(0.8, score.random), 0.5);
  score.play(steam, 42, anvil(180, 1.0, score.random), 0.6);

  duck(drone, score.times(kicks), 0.6, 0.25);
  duck(steam, score.times(kicks), 0.3, 0.15);
  Stereo piece = score.bus();
  for (const Stereo* bus : {&drone, &riff, &machines, &steam}) add(piece, *bus, 1.0);
  add(steam, machines, 0.35);
  add(steam, riff, 0.2);
  add(piece, room(steam, 1.9, 3500), 0.25);
  saturate(piece, 0.9);
  finish(piece, 0.85, 0.9);
  return piece;
}

}  // namespace fractalsync::demo
