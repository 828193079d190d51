// Timing: warm up, then samples of several runs each until the time is over; the median, since other work on the
// machine makes some samples longer and none shorter.
#pragma once

#include "bench/device.h"

namespace fractalsync::bench {

struct Timing {
  double median = 0;               ///< seconds per run
  double lower = 0, upper = 0;     ///< quartiles
  int samples = 0, runs_each = 0;  ///< runs per sample
};

/// Spends about `seconds` (but takes five samples at least). `recordable`: times replays of the recorded run.
Timing measure(Device& device, const Run& run, bool recordable, double seconds);

}  // namespace fractalsync::bench
