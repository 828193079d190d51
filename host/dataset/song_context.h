// How songs have been up to each of their frames (stages/context.h): what the atlas formulation needs beside a part of
// a song, and what only the song from its start on can tell.
#pragma once

#include <vector>

#include "host/dataset/track_store.h"

namespace fractalsync {

/// The same versions, each with its song's context, which goes to a file without a name. Follows one song at a time:
/// memory is that of the longest. Throws Error when raw features cannot be read or there is no room for the file.
std::vector<TrackVersion> with_contexts(Backend& backend, const WindowSpec& window, const FeatureStatistics& statistics,
                                        std::vector<TrackVersion> tracks);

}  // namespace fractalsync
