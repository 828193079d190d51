// Sound files made for tests.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace fractalsync::test {

enum class SoundFormat { wav_int16, wav_int24, wav_uint8, wav_float, aiff_int16, flac_int16, ogg_vorbis, opus, mp3 };

/// Interleaved samples of `channels` sines, the first of `hz`, each next one an octave higher, in full amplitude
/// `peak`.
std::vector<float> sines(double hz, int rate, int channels, std::int64_t instants, double peak = 0.5);

void write_sound(const std::filesystem::path& path, SoundFormat format, int rate, int channels,
                 const std::vector<float>& interleaved);

/// Runs ffmpeg with these arguments after `-y -v error`; false when it is not installed. Throws when it fails.
bool run_ffmpeg(const std::vector<std::string>& arguments);

/// A copy of the first `share` of a file.
void cut_short(const std::filesystem::path& whole, const std::filesystem::path& cut, double share);

}  // namespace fractalsync::test
