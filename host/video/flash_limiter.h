// No more than three flashes a second (WCAG 2.3.1, ITU-R BT.1702). The limiter is told the luminance that the next
// picture would have, tile by tile, and answers how far the shown picture may move towards it. The browser app has the
// same (apps/web/src/render/flash_limiter.ts), with the same limits (data/flash_limits.json).
//
// A transition is a change of relative luminance by 0.1 or more away from the last extreme, the darker state below 0.8;
// for saturated red a change of 20 / 320, whatever the state. A flash is two opposing transitions, so three flashes are
// six transitions. They count where more than a quarter of a central field flashes together: a field is a third of the
// picture in width and in height, as ten degrees are on the screen that WCAG takes for typical.
//
// The picture moves by mixing in linear light, in which luminance is linear: what each tile will show is known exactly,
// and the answer keeps the limit whatever comes in. Long before the limit, as the transitions that were asked for add
// up, the answer falls, so that a strobe turns into its mean and stays there instead of freezing and coming back.
#pragma once

#include <array>
#include <deque>
#include <optional>

#include "core/view.h"
#include "host/video/flash_limits.h"

namespace fractalsync {

using Tiles = std::array<double, flash_limits::kTiles>;

/// What the limiter sees of a picture: of each tile, row by row, the mean relative luminance and the mean saturated
/// red, R - G - B where R / (R + G + B) >= 0.8 in linear light, each in [0, 1].
struct TileLight {
  Tiles luminance{}, red{};
};

class FlashLimiter {
 public:
  FlashLimiter();

  /// Returns the share of the way from the shown picture to this one, of the moment `ms`, that may be gone. The caller
  /// must go it. The first picture is taken as it is.
  double step(const TileLight& picture, double ms);

 private:
  /// The extremes and the transitions of every tile in one signal.
  class Signal {
   public:
    explicit Signal(flash_limits::Rule rule) : rule_(rule) {}
    void start(const Tiles& values);
    void forget(double until);
    /// The transitions of tile i in the last second if the picture moved by `share` to `next`.
    int transitions(std::size_t i, const Tiles& next, double share) const;
    void move(const Tiles& next, double share, double now);
    const Tiles& shown() const { return shown_; }

   private:
    double mixed(std::size_t i, const Tiles& next, double share) const {
      return shown_[i] + share * (next[i] - shown_[i]);
    }
    int turn(std::size_t i, double value) const;

    flash_limits::Rule rule_;
    Tiles shown_{}, low_{}, high_{};                     ///< low and high: since the last transition
    std::array<int, flash_limits::kTiles> direction_{};  ///< 1 when the last transition went up, -1 down, 0 before it
    std::array<std::deque<double>, flash_limits::kTiles> times_;
  };
  using Counts = std::array<int, flash_limits::kTiles>;

  double eased(double elapsed) const;
  bool allowed(const std::array<const Tiles*, 2>& next, double share) const;
  int busiest() const;
  static Counts counts(const Signal& signal, const Tiles& next, double share);
  static bool some_field(const Counts& counts, int transitions);

  std::array<Signal, 2> signals_;
  /// The same of the pictures that came, as if all had been shown.
  std::array<Signal, 2> asked_;
  std::optional<double> last_;
};

}  // namespace fractalsync
