#include "host/audio/resampler.h"

#include <soxr.h>

#include <algorithm>
#include <string>

#include "core/check.h"
#include "stages/features.h"

namespace fractalsync {
namespace {

constexpr std::size_t kStep = 8192;  ///< samples asked of soxr at a time

}  // namespace

Resampler::Resampler(int rate) : rate_(rate) {
  FS_CHECK(rate > 0);
  if (rate == kSampleRate) return;
  soxr_error_t error = nullptr;
  const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
  const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
  soxr_ = soxr_create(rate, kSampleRate, 1, &error, &io, &quality, &runtime);
  if (error != nullptr) throw Error(std::string("cannot resample: ") + error);
}

Resampler::~Resampler() {
  if (soxr_ != nullptr) soxr_delete(soxr_);
}

void Resampler::push(View<const float> in, std::vector<float>& out) {
  taken_ += in.size();
  if (soxr_ == nullptr)
    out.insert(out.end(), in.begin(), in.end());
  else if (!in.empty())  // to soxr, no samples mean the end
    process(in.data(), static_cast<std::size_t>(in.size()), out);
}

void Resampler::finish(std::vector<float>& out) {
  if (soxr_ == nullptr) return;
  process(nullptr, 0, out);
  const std::int64_t expected = (taken_ * kSampleRate + rate_ - 1) / rate_;
  // soxr rounds the length where librosa rounds up; the sample more or less is a zero, as there.
  FS_CHECK(std::abs(expected - given_) <= 1);
  out.resize(out.size() + static_cast<std::size_t>(expected) - static_cast<std::size_t>(given_));
  given_ = expected;
}

void Resampler::process(const float* in, std::size_t count, std::vector<float>& out) {
  for (;;) {
    const std::size_t before = out.size();
    out.resize(before + kStep);
    std::size_t used = 0, made = 0;
    const soxr_error_t error = soxr_process(soxr_, in, count, &used, out.data() + before, kStep, &made);
    out.resize(before + made);
    if (error != nullptr) throw Error(std::string("cannot resample: ") + error);
    given_ += static_cast<std::int64_t>(made);
    count -= used;
    if (in != nullptr) in += used;
    if (made < kStep && count == 0) return;
  }
}

}  // namespace fractalsync
