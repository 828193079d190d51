#include "host/serve/status_board.h"

#include <algorithm>

namespace fractalsync::serve {
namespace {

constexpr const char* kPhaseNames[] = {"", "reading music", "training", "judging", "exporting"};

/// By the steps of this server's own time.
Json seconds_left(const TrainingStatus& status) {
  const std::int64_t done = status.done_steps - status.first_step;
  if (status.phase != Phase::training || done <= 0) return nullptr;
  const double elapsed =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - status.training_since).count();
  return elapsed / static_cast<double>(done) * static_cast<double>(status.total_steps - status.done_steps);
}

double progress(const TrainingStatus& status) {
  if (status.status == "completed") return 1;
  return status.total_steps > 0 ? static_cast<double>(status.done_steps) / static_cast<double>(status.total_steps) : 0;
}

}  // namespace

Json brief_json(const TrainingStatus& status) {
  const RunRecord& record = status.record;
  const bool running = status.status == "training";
  const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  return {
      {"status", status.status},
      {"progress", progress(status)},
      {"current_epoch",
       running && status.phase == Phase::training ? std::min(record.epochs + 1, record.total_epochs) : record.epochs},
      {"total_epochs", record.total_epochs},
      {"error", or_null(record.error)},
      {"phase", running ? or_null(kPhaseNames[static_cast<int>(status.phase)]) : Json()},
      {"stopping", status.stopping},
      {"run", or_null(record.run)},
      {"data_dir", or_null(record.data_dir)},
      {"options", record.run.empty() ? Json() : record.options},
      {"done_steps", status.done_steps},
      {"total_steps", status.total_steps},
      {"files_done", status.files_done},
      {"files_total", status.files_total},
      {"seconds_left", seconds_left(status)},
      {"live", status.live},
      {"music", record.music},
      {"unreadable", record.unreadable},
      {"held_out", record.held_out},
      {"models", record.models},
      {"resumable", status.resumable}};
}

StatusBoard::Texts StatusBoard::texts() const {
  const std::lock_guard lock(mutex_);
  if (texts_.version == version_) return texts_;
  if (lists_made_ != lists_) {
    lists_text_ =
        "\"loss_history\":" + dumped(status_.history) + ",\"judgements\":" + dumped(status_.record.judgements);
    lists_made_ = lists_;
  }
  std::string brief = dumped(brief_json(status_));
  std::string whole = brief.substr(0, brief.size() - 1) + "," + lists_text_ + "}";
  texts_ = {version_, lists_, std::make_shared<const std::string>(std::move(whole)),
            std::make_shared<const std::string>(std::move(brief))};
  return texts_;
}

void StatusBoard::wait(std::uint64_t version, std::chrono::milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, timeout, [&] { return version_ != version || closed_; });
}

void StatusBoard::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
}

}  // namespace fractalsync::serve
