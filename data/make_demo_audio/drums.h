// A drum kit without samples: decaying sines for skins, filtered noise for wires, clashing squares for metal.
#pragma once

#include "data/make_demo_audio/signal.h"

namespace fractalsync::demo {

/// A sine that falls from a few times `tune_hz` to it. `drive` 0 is round, 4 is a punch.
Mono kick(double tune_hz, double decay, double drive);
/// Two skin modes under band-passed wires; `snap` is the share of the wires.
Mono snare(double tune_hz, double decay, double snap, Random& random);
/// Four hands, a few milliseconds apart.
Mono clap(Random& random);
/// Six squares at clashing pitches, high-passed. `decay` 0.03 is a closed hat, 0.3 an open one, 1.5 a crash.
Mono cymbal(double decay, Random& random);
/// A short breath of very high noise.
Mono shaker(double decay, Random& random);
/// A wooden tick at `tune_hz`.
Mono rim(double tune_hz);
/// A struck plate: a few inharmonic partials.
Mono anvil(double tune_hz, double decay, Random& random);

}  // namespace fractalsync::demo
