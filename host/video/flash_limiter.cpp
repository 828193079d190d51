#include "host/video/flash_limiter.h"

#include <algorithm>
#include <cmath>

namespace fractalsync {
namespace {

using namespace flash_limits;

constexpr int kFieldX = kTilesX / kFieldsAcross, kFieldY = kTilesY / kFieldsAcross;
/// More tiles than this, flashing in one field, are a flash of the field.
constexpr int kFieldLimit = kFieldX * kFieldY / 4;

}  // namespace

void FlashLimiter::Signal::start(const Tiles& values) { shown_ = low_ = high_ = values; }

void FlashLimiter::Signal::forget(double until) {
  for (auto& times : times_)
    while (!times.empty() && times.front() <= until) times.pop_front();
}

int FlashLimiter::Signal::transitions(std::size_t i, const Tiles& next, double share) const {
  return static_cast<int>(times_[i].size()) + (turn(i, mixed(i, next, share)) != 0 ? 1 : 0);
}

void FlashLimiter::Signal::move(const Tiles& next, double share, double now) {
  for (std::size_t i = 0; i < kTiles; ++i) {
    const double value = mixed(i, next, share);
    if (const int turned = turn(i, value); turned != 0) {
      direction_[i] = turned;
      times_[i].push_back(now);
      low_[i] = high_[i] = value;
    }
    low_[i] = std::min(low_[i], value);
    high_[i] = std::max(high_[i], value);
    shown_[i] = value;
  }
}

int FlashLimiter::Signal::turn(std::size_t i, double value) const {
  if (direction_[i] <= 0 && value - low_[i] >= rule_.threshold && low_[i] < rule_.darker_below) return 1;
  if (direction_[i] >= 0 && high_[i] - value >= rule_.threshold && value < rule_.darker_below) return -1;
  return 0;
}

FlashLimiter::FlashLimiter() : signals_{Signal(kLuminance), Signal(kRed)}, asked_{Signal(kLuminance), Signal(kRed)} {}

double FlashLimiter::step(const TileLight& picture, double ms) {
  const std::array<const Tiles*, 2> next = {&picture.luminance, &picture.red};
  if (!last_) {
    for (std::size_t s = 0; s < next.size(); ++s) {
      signals_[s].start(*next[s]);
      asked_[s].start(*next[s]);
    }
    last_ = ms;
    return 1;
  }
  const double elapsed = std::max(ms - *last_, 0.0);
  last_ = std::max(ms, *last_);
  for (auto* signals : {&signals_, &asked_})
    for (Signal& signal : *signals) signal.forget(*last_ - kWindowMs);
  for (std::size_t s = 0; s < next.size(); ++s) asked_[s].move(*next[s], 1, *last_);

  double share = eased(elapsed);
  if (!allowed(next, share)) {
    // The largest step that is allowed, to 1/256: a step of 0 always is.
    double low = 0, high = share;
    for (int i = 0; i < 8; ++i) {
      const double middle = (low + high) / 2;
      (allowed(next, middle) ? low : high) = middle;
    }
    share = low;
  }
  for (std::size_t s = 0; s < next.size(); ++s) signals_[s].move(*next[s], share, *last_);
  return share;
}

double FlashLimiter::eased(double elapsed) const {
  const double pressure = std::clamp(static_cast<double>(busiest() - 1) / (kMaxTransitions - 1), 0.0, 1.0);
  return pressure == 0 ? 1 : 1 - std::exp(-elapsed / (kSlowestMs * pressure * pressure));
}

bool FlashLimiter::allowed(const std::array<const Tiles*, 2>& next, double share) const {
  for (std::size_t s = 0; s < next.size(); ++s)
    if (some_field(counts(signals_[s], *next[s], share), kMaxTransitions + 1)) return false;
  return true;
}

/// The most transitions, up to the limit, that more than a quarter of some field was asked for.
int FlashLimiter::busiest() const {
  int most = 0;
  for (const Signal& signal : asked_) {
    const Counts so_far = counts(signal, signal.shown(), 0);
    while (most < kMaxTransitions && some_field(so_far, most + 1)) ++most;
  }
  return most;
}

FlashLimiter::Counts FlashLimiter::counts(const Signal& signal, const Tiles& next, double share) {
  Counts all;
  for (std::size_t i = 0; i < kTiles; ++i) all[i] = signal.transitions(i, next, share);
  return all;
}

/// Whether some field has more than its limit of tiles with at least `transitions`.
bool FlashLimiter::some_field(const Counts& counts, int transitions) {
  for (int top = 0; top + kFieldY <= kTilesY; ++top)
    for (int left = 0; left + kFieldX <= kTilesX; ++left) {
      int inside = 0;
      for (int y = top; y < top + kFieldY; ++y)
        for (int x = left; x < left + kFieldX; ++x) {
          const int tile = y * kTilesX + x;
          inside += counts[static_cast<std::size_t>(tile)] >= transitions ? 1 : 0;
        }
      if (inside > kFieldLimit) return true;
    }
  return false;
}

}  // namespace fractalsync
