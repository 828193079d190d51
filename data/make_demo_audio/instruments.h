// Pitched instruments and noises. Each call makes one note as a mono sound of about unit peak that starts and ends at
// zero.
#pragma once

#include "data/make_demo_audio/signal.h"

namespace fractalsync::demo {

/// A subtractive voice: band-limited saw, square and sub-octave sine through a resonant low-pass.
struct SynthPatch {
  double saw = 1.0, square = 0.0, sub = 0.0, breath = 0.0;  ///< level of each source; breath is white noise
  int unison = 1;                                           ///< detuned copies of the saw and the square
  double detune_cents = 0.0;                                ///< distance of the outermost copies from the pitch
  double attack = 0.005, decay = 0.2, sustain = 0.7, release = 0.1;  ///< seconds, share of the peak
  double cutoff_hz = 2000.0, quality = 0.71;
  double sweep_octaves = 0.0, sweep_decay = 0.2;  ///< the cutoff starts this much higher and falls back
  double vibrato_cents = 0.0;
  double drive = 0.0;  ///< 0: clean
};
/// One note held for `seconds`, then released. `random` sets the phases.
Mono synth(const SynthPatch& patch, double midi, double seconds, Random& random);

/// Two-operator frequency modulation (Chowning, "The synthesis of complex audio spectra by means of frequency
/// modulation", 1973). A ratio of 1 gives an electric piano, an irrational one a bell.
struct FmPatch {
  double ratio = 1.0, index = 2.0, index_decay = 0.3;  ///< the brightness falls off in `index_decay` seconds
  double attack = 0.002, decay = 1.0;                  ///< seconds; decay is the time to 1/e
  double partial = 0.0, partial_ratio = 4.0;           ///< level and ratio of an added sine that dies four times faster
};
Mono fm(const FmPatch& patch, double midi, double seconds);

/// A plucked string (Karplus and Strong, "Digital synthesis of plucked-string and drum timbres", 1983).
/// `brightness` in (0, 1]: how hard the pick is; `ring` in seconds: the time to -60 dB of the lowest partial.
Mono pluck(double midi, double seconds, double brightness, double ring, Random& random);

/// Noise through a band-pass (quality > 1) whose centre glides from one frequency to the other, its level from one to
/// the other.
struct Sweep {
  double from_hz, to_hz;
  double from_level, to_level;
  double quality = 1.0;
};
Mono noise_sweep(const Sweep& sweep, double seconds, Random& random);

/// A bird: a whistle that glides between two pitches and trills on the way.
Mono chirp(double from_hz, double to_hz, double trill_hz, double seconds);

}  // namespace fractalsync::demo
