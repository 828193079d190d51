// The tables of the atlas in host memory; data/make_atlas writes the .inc files.
#include "math/atlas.h"

namespace fractalsync {
namespace {

constexpr float kRho[kAtlasNodes] = {
#include "math/atlas_rho.inc"
};
constexpr float kSensitivity[kAtlasNodes] = {
#include "math/atlas_sensitivity.inc"
};

}  // namespace

AtlasTables atlas_tables() { return {kRho, kSensitivity}; }

}  // namespace fractalsync
