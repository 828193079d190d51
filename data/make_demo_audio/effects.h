// What is done to a whole bus: rooms, echoes, filters that move, ducking, and the last step before the file.
#pragma once

#include "data/make_demo_audio/signal.h"

namespace fractalsync::demo {

/// A room: eight damped delay lines that feed each other through a Householder matrix (Jot and Chaigne, "Digital delay
/// networks for designing artificial reverberators", 1991). Returns the room alone; `seconds` is the time to -60 dB,
/// `damping_hz` where the walls begin to swallow.
Stereo room(const Stereo& dry, double seconds, double damping_hz);

/// Repeats every `delay` seconds, from side to side, each `feedback` times as loud and darker. Returns the repeats
/// alone.
Stereo echoes(const Stereo& dry, double delay, double feedback, double damping_hz);

/// Low-pass whose cutoff in Hz is 2^octave(seconds): sweeps are even in pitch.
void low_pass(Stereo& bus, const Curve& octave, double quality);
void high_pass(Stereo& bus, double cutoff_hz);

/// Multiplies by gain(seconds).
void fade(Stereo& bus, const Curve& gain);

/// Pulls the bus down by `depth` at each of the given seconds and lets it recover within `recovery` seconds: the breath
/// of dance music.
void duck(Stereo& bus, const std::vector<double>& hits, double depth, double recovery);

/// tanh(drive x) / drive
void saturate(Stereo& bus, double drive);

/// The finished piece: sub-sonic rumble removed, loud peaks rounded, peak at `peak`, ends faded to zero.
void finish(Stereo& piece, double peak, double fade_out_seconds);

}  // namespace fractalsync::demo
