// Where a song's journey along the boundary of the Mandelbrot set begins: where its name says. So songs begin with
// different shapes, and a song with the same ones wherever it is played. The page has the same function
// (apps/web/src/inference/journey.ts); tests/golden/journey holds both to the same angles.
#pragma once

#include <filesystem>

namespace fractalsync {

/// An angle in [0, 2 pi) for the bytes of the file's name without folder and ending: FNV-1a, then the last steps of
/// MurmurHash3, without which "Track 1" and "Track 2" begin next to each other.
float journey_of(const std::filesystem::path& song);

}  // namespace fractalsync
