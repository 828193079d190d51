#include "data/make_demo_audio/signal.h"

#include <algorithm>

#include "core/check.h"

namespace fractalsync::demo {

void add(Stereo& bus, std::size_t at, const Mono& sound, double gain, double pan) {
  const double angle = (pan + 1.0) * std::numbers::pi / 4.0;
  const float left = static_cast<float>(gain * std::cos(angle));
  const float right = static_cast<float>(gain * std::sin(angle));
  if (at >= bus.frames()) return;
  const std::size_t count = std::min(sound.size(), bus.frames() - at);
  for (std::size_t i = 0; i < count; ++i) {
    bus.left[at + i] += left * sound[i];
    bus.right[at + i] += right * sound[i];
  }
}

void add(Stereo& bus, const Stereo& other, double gain) {
  FS_CHECK_EQ(bus.frames(), other.frames());
  const float scale = static_cast<float>(gain);
  for (std::size_t i = 0; i < bus.frames(); ++i) {
    bus.left[i] += scale * other.left[i];
    bus.right[i] += scale * other.right[i];
  }
}

double Curve::operator()(double position) const {
  const auto after = std::upper_bound(points_.begin(), points_.end(), position,
                                      [](double p, const auto& point) { return p < point.first; });
  if (after == points_.begin()) return points_.front().second;
  if (after == points_.end()) return points_.back().second;
  const auto before = after - 1;
  const double share = (position - before->first) / (after->first - before->first);
  return before->second + share * (after->second - before->second);
}

}  // namespace fractalsync::demo
