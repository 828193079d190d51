#include "host/dataset/song_context.h"

#include <algorithm>

namespace fractalsync {

std::vector<TrackVersion> with_contexts(Backend& backend, const WindowSpec& window, const FeatureStatistics& statistics,
                                        std::vector<TrackVersion> tracks) {
  std::int64_t longest = 0;
  for (const TrackVersion& version : tracks) longest = std::max(longest, version.track->frames());
  TrackStore song(backend, window, statistics, Formulation::atlas, longest);
  SongContextStorage storage(0);
  for (TrackVersion& version : tracks) {
    TrackVersion whole = version;
    whole.part.reset();
    song.hold({whole});
    const View<const float> context(song.context().data(), whole.track->frames() * kContextColumns);
    version.context = storage.keep(to_host(backend, context));
  }
  return tracks;
}

}  // namespace fractalsync
