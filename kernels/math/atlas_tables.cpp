// The tables of the atlas in host memory; data/make_atlas writes the .inc files.
#include "math/atlas.h"

namespace fractalsync {
namespace {

constexpr float kNodes[kAtlasNumbers] = {
#include "math/atlas_nodes.inc"
};
constexpr float kZooms[kAtlasRows] = {
#include "math/atlas_zoom.inc"
};

}  // namespace

AtlasTables atlas_tables() { return {kNodes, kZooms}; }

}  // namespace fractalsync
