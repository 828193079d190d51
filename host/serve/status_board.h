// What is known of the training at this moment: written by the job, read by everybody who asks, as text that is made
// once however many ask.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "host/serve/run_store.h"

namespace fractalsync::serve {

enum class Phase { none, reading, training, judging, exporting };

struct TrainingStatus {
  std::string status = "idle";  ///< idle, training, completed, error, stopped
  Phase phase = Phase::none;
  bool stopping = false;
  RunRecord record;  ///< of the current or the last run; its `run` is empty before the first
  std::int64_t done_steps = 0, total_steps = 0, first_step = 0;
  std::int64_t files_done = 0, files_total = 0;
  std::chrono::steady_clock::time_point training_since{};
  Json live;       ///< loss terms of the running epoch so far
  Json resumable;  ///< {"run", "epoch", "total_epochs"} or null
  Json history = Json::array();
};

class StatusBoard {
 public:
  struct Texts {
    std::uint64_t version = 0;
    std::uint64_t lists = 0;  ///< changes when loss_history or judgements do
    std::shared_ptr<const std::string> whole;
    std::shared_ptr<const std::string> brief;  ///< without loss_history and judgements
  };

  /// Changes the status under the lock and wakes those who wait. `lists`: loss_history or judgements change with it.
  template <class Change>
  void change(Change&& how, bool lists = false) {
    {
      const std::lock_guard lock(mutex_);
      how(status_);
      ++version_;
      if (lists) ++lists_;
    }
    changed_.notify_all();
  }

  template <class Look>
  auto look(Look&& at) const {
    const std::lock_guard lock(mutex_);
    return at(static_cast<const TrainingStatus&>(status_));
  }

  Texts texts() const;
  /// Until there is another version than `version`, `timeout` is over, or the board was closed.
  void wait(std::uint64_t version, std::chrono::milliseconds timeout) const;
  /// Nobody waits any more.
  void close();

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  TrainingStatus status_;
  std::uint64_t version_ = 1, lists_ = 1;
  bool closed_ = false;
  mutable Texts texts_;             ///< made for texts_.version
  mutable std::string lists_text_;  ///< made for lists_made_
  mutable std::uint64_t lists_made_ = 0;
};

/// Without loss_history and judgements.
Json brief_json(const TrainingStatus& status);

}  // namespace fractalsync::serve
