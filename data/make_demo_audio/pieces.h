// The album: eight pieces, each a function from nothing to sound. Between them they hold what a listener of music may
// meet: loud and dark, quiet and bright, tone and noise, crowds and silence, fast and slow.
#pragma once

#include <vector>

#include "data/make_demo_audio/signal.h"

namespace fractalsync::demo {

Stereo dawn_chorus();      ///< pads and birds, D lydian, 60 beats a minute
Stereo night_drive();      ///< synthesiser road music, A minor, 104
Stereo paper_boats();      ///< plucked waltz with a musical box, G major, 144
Stereo iron_foundry();     ///< machines, E, 112
Stereo glass_rain();       ///< bells, rain and a ground swell, F sharp minor pentatonic, 84
Stereo broken_clock();     ///< drum and bass, E phrygian, 172
Stereo deep_current();     ///< dub techno, C minor, 120
Stereo last_train_home();  ///< house, E flat major, 124

struct Piece {
  const char* file;  ///< without extension
  const char* title;
  Stereo (*play)();
};

const std::vector<Piece>& album();

}  // namespace fractalsync::demo
