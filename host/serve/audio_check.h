// Is a file sound, and how much of it? What a client sent is decoded to its end within limits of time and length, since
// a few kilobytes can unpack to days.
#pragma once

#include <filesystem>
#include <string>

namespace fractalsync::serve {

struct AudioFacts {
  double seconds = 0;
  int sample_rate = 0, channels = 0;
};

/// Decodes it all. Throws Error, a sentence that does not name the file, when that fails, or its sound is longer than
/// `most_seconds`, or decoding takes longer than `patience` seconds.
AudioFacts check_audio(const std::filesystem::path& path, double most_seconds, double patience);

/// What the file's head says, without decoding: 0 seconds where it does not. Throws like check_audio.
AudioFacts glance_at_audio(const std::filesystem::path& path);

/// ".flac", ".ogg", ...: by the first bytes, ".mp3" when they are none of the others'.
std::string audio_ending(const std::filesystem::path& path);

}  // namespace fractalsync::serve
