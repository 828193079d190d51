// A small pool of threads for loops of a few microseconds. Tasks are handed out one by one; what a task computes must
// depend on its number alone, so that results do not depend on who ran it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace fractalsync {

class ThreadPool {
 public:
  /// `threads` in all, the caller's included; 0: one per processor that this process may use.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int size() const { return static_cast<int>(workers_.size()) + 1; }

  /// Runs task(index, worker) for every index in [0, tasks), worker in [0, size()). Returns when all are done; the
  /// first exception of a task is thrown here. Not to be called from within a task.
  template <class Task>
  void run(std::int64_t tasks, Task&& task) {
    run_erased(
        tasks,
        [](void* context, std::int64_t index, int worker) {
          (*static_cast<std::remove_reference_t<Task>*>(context))(index, worker);
        },
        const_cast<void*>(static_cast<const void*>(&task)));
  }

 private:
  using Function = void (*)(void* context, std::int64_t index, int worker);

  void run_erased(std::int64_t tasks, Function function, void* context);
  void work(int worker);
  void take_tasks(int worker);

  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable wake_, done_;
  std::atomic<std::uint64_t> round_{0};
  std::atomic<int> busy_{0};
  std::atomic<bool> stop_{false};

  Function function_ = nullptr;
  void* context_ = nullptr;
  std::int64_t tasks_ = 0;
  std::atomic<std::int64_t> next_{0};
  std::exception_ptr failure_;
};

}  // namespace fractalsync
