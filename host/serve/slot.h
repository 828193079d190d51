// One of the few places that there are for something costly.
#pragma once

#include <atomic>

#include "host/serve/http.h"

namespace fractalsync::serve {

/// Takes a place as long as it lives. Throws HttpError(429) with `full` when `most` are taken.
class Slot {
 public:
  Slot(std::atomic<int>& taken, int most, const char* full) : taken_(taken) {
    if (++taken_ <= most) return;
    --taken_;
    throw HttpError(429, full);
  }
  ~Slot() { --taken_; }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

 private:
  std::atomic<int>& taken_;
};

}  // namespace fractalsync::serve
