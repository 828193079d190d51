// Progress of long work, on stderr: a bar that redraws itself on a terminal, a plain line now and then when piped.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace fractalsync::cli {

class Progress {
 public:
  /// `unit` names what is counted, e.g. "files".
  Progress(std::string title, std::string unit, bool visible);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// True when it is time to draw again (so that callers need not prepare what is not shown).
  bool due() const;
  /// `done` of `total`, of which `before` were done before this run began; `note` follows the numbers.
  void update(std::int64_t done, std::int64_t total, std::int64_t before, const std::string& note);
  /// Clears the bar, so that a line can be printed in its place.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  std::string title_, unit_;
  bool visible_, terminal_;
  bool drawn_ = false;
  Clock::time_point begin_ = Clock::now(), last_ = {};
};

}  // namespace fractalsync::cli
