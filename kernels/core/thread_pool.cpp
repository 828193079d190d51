#include "core/thread_pool.h"

#include <sched.h>

namespace fractalsync {
namespace {

// A training step hands out a dozen loops a few hundred microseconds apart: a worker that looks for new work this
// often before it sleeps saves the wake-up.
constexpr int kSpins = 2000;

int processors() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
  return static_cast<int>(std::thread::hardware_concurrency());
}

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

ThreadPool::ThreadPool(int threads) {
  if (threads <= 0) threads = processors();
  for (int worker = 1; worker < threads; ++worker)
    workers_.emplace_back([this, worker] { work(worker); });
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    ++round_;
  }
  wake_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::take_tasks(int worker) {
  for (;;) {
    const std::int64_t index = next_.fetch_add(1, std::memory_order_relaxed);
    if (index >= tasks_) return;
    try {
      function_(context_, index, worker);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
    }
  }
}

void ThreadPool::run_erased(std::int64_t tasks, Function function, void* context) {
  if (tasks <= 0) return;
  function_ = function;
  context_ = context;
  tasks_ = tasks;
  failure_ = nullptr;
  next_.store(0, std::memory_order_relaxed);
  if (!workers_.empty() && tasks > 1) {
    busy_ = static_cast<int>(workers_.size());
    {
      const std::lock_guard lock(mutex_);
      ++round_;
    }
    wake_.notify_all();
    take_tasks(0);
    for (int spin = 0; spin < kSpins && busy_.load(std::memory_order_acquire) > 0; ++spin) pause();
    if (busy_.load(std::memory_order_acquire) > 0) {
      std::unique_lock lock(mutex_);
      done_.wait(lock, [this] { return busy_.load() == 0; });
    }
  } else {
    take_tasks(0);
  }
  if (failure_) std::rethrow_exception(failure_);
}

void ThreadPool::work(int worker) {
  std::uint64_t seen = 0;
  for (;;) {
    for (int spin = 0; spin < kSpins && round_.load(std::memory_order_acquire) == seen; ++spin) pause();
    if (round_.load(std::memory_order_acquire) == seen) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return round_.load() != seen; });
    }
    seen = round_.load(std::memory_order_acquire);
    if (stop_) return;
    take_tasks(worker);
    if (busy_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      const std::lock_guard lock(mutex_);
      done_.notify_one();
    }
  }
}

}  // namespace fractalsync
