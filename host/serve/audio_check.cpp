#include "host/serve/audio_check.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <vector>

#include "core/check.h"
#include "host/audio/decoder.h"
#include "host/serve/storage.h"
#include "stages/sample.h"

namespace fractalsync::serve {
namespace {

constexpr int kLowestRate = 1000, kHighestRate = 1'000'000, kMostChannels = 64;
constexpr std::size_t kFloats = 65536;

/// "cannot read '/data/x': why" -> "why".
[[noreturn]] void refuse(const Error& error, const std::filesystem::path& path) {
  const std::string sentence = error.what(), beginning = "cannot read '" + path.string() + "': ";
  const std::string why = sentence.starts_with(beginning) ? sentence.substr(beginning.size()) : sentence;
  throw Error(without_path(why, path, "the file"));
}

std::unique_ptr<Decoder> open_plausible(const std::filesystem::path& path) {
  std::unique_ptr<Decoder> decoder = open_decoder(path);
  if (decoder->rate() < kLowestRate || decoder->rate() > kHighestRate || decoder->channels() < 1 ||
      decoder->channels() > kMostChannels)
    throw Error(detail::concat("a sample rate of ", decoder->rate(), " Hz with ", decoder->channels(),
                               " channels cannot be right"));
  return decoder;
}

AudioFacts decode_all(const std::filesystem::path& path, double most_seconds, double patience) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(patience);
  const std::unique_ptr<Decoder> decoder = open_plausible(path);
  AudioFacts facts{0, decoder->rate(), decoder->channels()};
  std::vector<float> samples(kFloats / static_cast<std::size_t>(facts.channels) *
                             static_cast<std::size_t>(facts.channels));
  std::int64_t instants = 0;
  while (const std::int64_t got = decoder->read(samples)) {
    for (std::int64_t i = 0; i < got * facts.channels; ++i)
      if (!(std::abs(samples[static_cast<std::size_t>(i)]) <= kLargestSample))
        throw Error("it holds a sample that is no sound");
    instants += got;
    facts.seconds = static_cast<double>(instants) / facts.sample_rate;
    if (facts.seconds > most_seconds)
      throw Error(detail::concat("its sound is longer than ", most_seconds / 60, " minutes"));
    if (std::chrono::steady_clock::now() > deadline) throw Error("it takes too long to decode");
  }
  if (instants == 0) throw Error("it holds no sound (0 samples)");
  return facts;
}

}  // namespace

AudioFacts check_audio(const std::filesystem::path& path, double most_seconds, double patience) try {
  return decode_all(path, most_seconds, patience);
} catch (const Error& error) {
  refuse(error, path);
}

AudioFacts glance_at_audio(const std::filesystem::path& path) try {
  const std::unique_ptr<Decoder> decoder = open_plausible(path);
  return {static_cast<double>(decoder->promised_instants()) / decoder->rate(), decoder->rate(), decoder->channels()};
} catch (const Error& error) {
  refuse(error, path);
}

std::string audio_ending(const std::filesystem::path& path) {
  char bytes[12] = {};
  std::ifstream(path, std::ios::binary).read(bytes, sizeof bytes);
  const std::string_view head(bytes, sizeof bytes), kind = head.substr(8, 4);
  if (head.starts_with("fLaC")) return ".flac";
  if (head.starts_with("OggS")) return ".ogg";
  if (head.starts_with("RIFF") || head.starts_with("RF64")) return ".wav";
  if (head.starts_with("FORM") && (kind == "AIFF" || kind == "AIFC")) return ".aiff";
  if (head.substr(4, 4) == "ftyp") return ".m4a";
  return ".mp3";
}

}  // namespace fractalsync::serve
