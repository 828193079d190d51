// libavcodec's Vorbis decoder. It takes two fifths of the time of libvorbis, the one behind libsndfile, for the same
// samples within float32's rounding.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/view.h"

namespace fractalsync {

/// A stream's three header packets, as the file has them.
struct VorbisHeaders {
  std::string identification, comment, setup;
};

class VorbisCodec {
 public:
  virtual ~VorbisCodec() = default;

  /// Appends a packet's sampling instants to `interleaved`, full scale +-1 (none for the first packet of a stream).
  /// With more than two channels their order is libavcodec's, not the file's. False when the packet is damaged.
  virtual bool decode(View<const std::uint8_t> packet, std::vector<float>& interleaved) = 0;
};

/// Empty where there is no libavcodec or it refuses the headers. The library is loaded with the first Vorbis file: it
/// comes with a hundred others, for which every start of the program would have to wait.
std::unique_ptr<VorbisCodec> open_vorbis_codec(const VorbisHeaders& headers, int channels);

}  // namespace fractalsync
