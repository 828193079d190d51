#include "data/make_demo_audio/pieces.h"

namespace fractalsync::demo {

const std::vector<Piece>& album() {
  static const std::vector<Piece> kAlbum = {
      {"01_dawn_chorus", "Dawn Chorus", dawn_chorus},    {"02_night_drive", "Night Drive", night_drive},
      {"03_paper_boats", "Paper Boats", paper_boats},    {"04_iron_foundry", "Iron Foundry", iron_foundry},
      {"05_glass_rain", "Glass Rain", glass_rain},       {"06_broken_clock", "Broken Clock", broken_clock},
      {"07_deep_current", "Deep Current", deep_current}, {"08_last_train_home", "Last Train Home", last_train_home},
  };
  return kAlbum;
}

}  // namespace fractalsync::demo
