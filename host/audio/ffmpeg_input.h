// How ffmpeg is told to open a song.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace fractalsync {

/// A file is a file: no name is taken for an option or a network address, and no playlist is followed.
inline std::vector<std::string> ffmpeg_input(const std::filesystem::path& path) {
  return {"-protocol_whitelist",
          "file",
          "-format_whitelist",
          "mov,aac,matroska,asf,wav,mp3,flac,ogg,aiff,caf,wv,ape,amr",
          "-i",
          "file:" + path.string()};
}

}  // namespace fractalsync
