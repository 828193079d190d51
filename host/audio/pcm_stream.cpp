#include "host/audio/pcm_stream.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"

namespace fractalsync {
namespace {

constexpr int kLowestRate = 1000, kHighestRate = 1'000'000;  ///< Hz; beyond them a header is wrong or hostile
constexpr int kDecodedFloats = 32768;                        ///< asked of the decoder at a time, over all channels

int plausible_rate(const Decoder& decoder, const std::filesystem::path& path) {
  const int rate = decoder.rate();
  if (rate < kLowestRate || rate > kHighestRate)
    refuse_audio(path, detail::concat("a sample rate of ", rate, " Hz cannot be right"));
  return rate;
}

}  // namespace

PcmStream::PcmStream(const std::filesystem::path& path)
    : path_(path), decoder_(open_decoder(path)), resampler_(plausible_rate(*decoder_, path)) {
  const int channels = decoder_->channels();
  FS_CHECK(channels > 0);
  const std::size_t instants = static_cast<std::size_t>(std::max(kDecodedFloats / channels, 1));
  mono_.resize(instants);
  interleaved_.resize(instants * static_cast<std::size_t>(channels));
}

std::int64_t PcmStream::read(View<float> samples) {
  std::int64_t filled = 0;
  while (filled < samples.size()) {
    if (taken_ == ready_.size() && !decode_more()) break;
    const std::int64_t count = std::min(samples.size() - filled, static_cast<std::int64_t>(ready_.size() - taken_));
    std::copy_n(ready_.data() + taken_, count, samples.data() + filled);
    taken_ += static_cast<std::size_t>(count);
    filled += count;
  }
  return filled;
}

/// Makes `ready_` anew. False when the file has ended and all of it was given.
bool PcmStream::decode_more() {
  ready_.clear();
  taken_ = 0;
  while (ready_.empty() && !ended_) {
    const std::int64_t instants = decoder_->read(interleaved_);
    if (instants == 0) {
      if (decoded_ == 0) refuse_audio(path_, "it holds no sound (0 samples)");
      resampler_.finish(ready_);
      ended_ = true;
      break;
    }
    const int channels = decoder_->channels();
    for (std::int64_t i = 0; i < instants; ++i) {
      const float* instant = interleaved_.data() + i * channels;
      float sum = 0;
      for (int channel = 0; channel < channels; ++channel) {
        if (!(std::abs(instant[channel]) <= kLargestSample))
          refuse_audio(path_, detail::concat("it holds a sample that is no sound (", instant[channel], ") at ",
                                             static_cast<double>(decoded_ + i) / decoder_->rate(), " s"));
        sum += instant[channel];
      }
      mono_[static_cast<std::size_t>(i)] = sum / static_cast<float>(channels);
    }
    decoded_ += instants;
    resampler_.push({mono_.data(), instants}, ready_);
  }
  return !ready_.empty();
}

}  // namespace fractalsync
