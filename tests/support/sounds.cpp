#include "support/sounds.h"

#include <sndfile.h>

#include <cmath>
#include <fstream>
#include <numbers>
#include <stdexcept>

#include "host/io/atomic_file.h"
#include "host/io/child_process.h"

namespace fractalsync::test {
namespace {

int sndfile_format(SoundFormat format) {
  switch (format) {
    case SoundFormat::wav_int16: return SF_FORMAT_WAV | SF_FORMAT_PCM_16;
    case SoundFormat::wav_int24: return SF_FORMAT_WAV | SF_FORMAT_PCM_24;
    case SoundFormat::wav_uint8: return SF_FORMAT_WAV | SF_FORMAT_PCM_U8;
    case SoundFormat::wav_float: return SF_FORMAT_WAV | SF_FORMAT_FLOAT;
    case SoundFormat::aiff_int16: return SF_FORMAT_AIFF | SF_FORMAT_PCM_16;
    case SoundFormat::flac_int16: return SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
    case SoundFormat::ogg_vorbis: return SF_FORMAT_OGG | SF_FORMAT_VORBIS;
    case SoundFormat::opus: return SF_FORMAT_OGG | SF_FORMAT_OPUS;
    case SoundFormat::mp3: return SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III;
  }
  throw std::logic_error("no such format");
}

}  // namespace

std::vector<float> sines(double hz, int rate, int channels, std::int64_t instants, double peak) {
  std::vector<float> samples;
  for (std::int64_t i = 0; i < instants; ++i)
    for (int channel = 0; channel < channels; ++channel)
      samples.push_back(static_cast<float>(
          peak * std::sin(2 * std::numbers::pi * std::ldexp(hz, channel) * static_cast<double>(i) / rate)));
  return samples;
}

void write_sound(const std::filesystem::path& path, SoundFormat format, int rate, int channels,
                 const std::vector<float>& interleaved) {
  SF_INFO info{};
  info.samplerate = rate;
  info.channels = channels;
  info.format = sndfile_format(format);
  SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
  if (file == nullptr) throw std::runtime_error("cannot write " + path.string() + ": " + sf_strerror(nullptr));
  // libsndfile 1.2.0 overruns its stack when it is given seconds of Vorbis at once.
  const sf_count_t instants = static_cast<sf_count_t>(interleaved.size()) / channels;
  sf_count_t written = 0;
  while (written < instants) {
    const sf_count_t piece = std::min<sf_count_t>(instants - written, 4096);
    if (sf_writef_float(file, interleaved.data() + written * channels, piece) != piece) break;
    written += piece;
  }
  sf_close(file);
  if (written != instants) throw std::runtime_error("cannot write all of " + path.string());
}

bool run_ffmpeg(const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {"ffmpeg", "-nostdin", "-y", "-v", "error"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  try {
    ChildProcess ffmpeg(command);
    std::vector<char> output(4096);
    ffmpeg.read(output);
    if (!ffmpeg.succeeded()) throw std::runtime_error("ffmpeg: " + ffmpeg.complaint());
    return true;
  } catch (const NoSuchProgram&) {
    return false;
  }
}

void cut_short(const std::filesystem::path& whole, const std::filesystem::path& cut, double share) {
  const std::string content = read_file(whole);
  std::ofstream(cut, std::ios::binary) << content.substr(
      0, static_cast<std::size_t>(static_cast<double>(content.size()) * share));
}

}  // namespace fractalsync::test
