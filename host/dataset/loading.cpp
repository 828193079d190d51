#include "host/dataset/loading.h"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>

#include "core/check.h"

namespace fractalsync {
namespace {

/// Brings the decoding threads' blocks to the one thread that may use the backend: a GPU's context is a thread's, and a
/// block keeps either device busy for some fifty microseconds where decoding it takes a thousand times as long.
class FeatureQueue {
 public:
  /// From a decoding thread: returns when the rows are written. Throws what the backend threw.
  void compute(const FeatureSpec& spec, const PcmBlock& pcm, const FeatureRows& rows) {
    Request request{spec, pcm, rows};
    std::unique_lock lock(mutex_);
    waiting_.push_back(&request);
    asked_.notify_one();
    answered_.wait(lock, [&] { return request.done; });
    if (request.failure) std::rethrow_exception(request.failure);
  }

  /// From a decoding thread that is done.
  void leave() {
    const std::lock_guard lock(mutex_);
    --threads_;
    asked_.notify_one();
  }

  /// Answers until all of `threads` decoding threads have left.
  void serve(Backend& backend, std::size_t threads) {
    std::unique_lock lock(mutex_);
    threads_ += static_cast<std::ptrdiff_t>(threads);
    for (;;) {
      asked_.wait(lock, [&] { return !waiting_.empty() || threads_ == 0; });
      if (waiting_.empty()) return;
      Request& request = *waiting_.front();
      waiting_.pop_front();
      lock.unlock();
      try {
        backend.features(request.spec, request.pcm, request.rows);
      } catch (...) {
        request.failure = std::current_exception();
      }
      lock.lock();
      request.done = true;
      answered_.notify_all();
    }
  }

 private:
  /// Lives on the stack of the thread that waits for it.
  struct Request {
    const FeatureSpec& spec;
    const PcmBlock& pcm;
    const FeatureRows& rows;
    bool done = false;
    std::exception_ptr failure = nullptr;
  };

  std::mutex mutex_;
  std::condition_variable asked_, answered_;
  std::deque<Request*> waiting_;
  std::ptrdiff_t threads_ = 0;  ///< that have not left; below 0 before they are counted
};

class Loader {
 public:
  Loader(Backend& backend, const std::vector<std::filesystem::path>& files, const LoadOptions& options,
         const TakeFeatures& take)
      : backend_(backend),
        files_(files),
        options_(options),
        take_(take),
        configuration_(extractor_configuration(options.definition, backend.arithmetic())),
        reasons_(files.size()) {}

  void run() {
    const std::size_t asked = options_.threads > 0 ? static_cast<std::size_t>(options_.threads)
                                                   : std::max(1u, std::thread::hardware_concurrency());
    {
      std::vector<std::jthread> workers;
      try {
        for (std::size_t i = 0; i < std::min(asked, files_.size()); ++i) workers.emplace_back([this] { work(); });
      } catch (const std::system_error&) {  // no more threads: those that there are do the work
        if (workers.empty()) throw;
      }
      queue_.serve(backend_, workers.size());
    }
    if (failure_) std::rethrow_exception(failure_);
  }

  /// The files that could not be read.
  std::vector<UnreadableFile> unreadable() const {
    std::vector<UnreadableFile> unreadable;
    for (std::size_t i = 0; i < files_.size(); ++i)
      if (!reasons_[i].empty()) unreadable.push_back({files_[i].string(), reasons_[i]});
    return unreadable;
  }

 private:
  void work() {
    try {
      for (std::size_t i; !stopped() && (i = next_.fetch_add(1)) < files_.size();)
        if (!read(i)) break;
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      next_ = files_.size();
    }
    queue_.leave();
  }

  /// File number i; false when stopped on the way.
  bool read(std::size_t i) {
    std::vector<float> raw;
    try {
      raw = cached_features(files_[i]);
    } catch (const ExtractionStopped&) {
      return false;
    } catch (const Error& error) {
      reasons_[i] = error.what();
    }
    if (reasons_[i].empty()) take_(i, std::move(raw));
    const std::lock_guard lock(mutex_);
    ++done_;
    if (options_.progress) options_.progress(done_, static_cast<std::int64_t>(files_.size()));
    return true;
  }

  std::vector<float> cached_features(const std::filesystem::path& file) {
    if (options_.cache == nullptr) return features(file);
    const std::string key = FeatureCache::key(file, configuration_);
    if (!key.empty())
      if (std::optional<std::vector<float>> raw = options_.cache->load(key)) return *std::move(raw);
    std::vector<float> raw = features(file);
    // A file that was changed while it was read is not what the key says.
    if (!key.empty() && FeatureCache::key(file, configuration_) == key) options_.cache->store(key, raw);
    return raw;
  }

  std::vector<float> features(const std::filesystem::path& file) {
    const auto compute = [this](const FeatureSpec& spec, const PcmBlock& pcm, const FeatureRows& rows) {
      queue_.compute(spec, pcm, rows);
    };
    return extract_features(compute, file, options_.definition, options_.stop);
  }

  bool stopped() const { return options_.stop != nullptr && *options_.stop; }

  Backend& backend_;
  const std::vector<std::filesystem::path>& files_;
  const LoadOptions& options_;
  const TakeFeatures& take_;
  std::string configuration_;
  FeatureQueue queue_;
  std::vector<std::string> reasons_;  ///< why a file cannot be read; empty: it can, or its turn has not come
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::int64_t done_ = 0;
  std::exception_ptr failure_;
};

}  // namespace

std::vector<UnreadableFile> load_features(Backend& backend, const std::vector<std::filesystem::path>& files,
                                          const LoadOptions& options, const TakeFeatures& take) {
  Loader loader(backend, files, options, take);
  loader.run();
  std::vector<UnreadableFile> unreadable = loader.unreadable();
  if (!unreadable.empty() && unreadable.size() == files.size()) {
    if (files.size() == 1) throw Error(unreadable[0].reason);
    throw Error(detail::concat("none of the ", files.size(), " files can be read; the first: ", unreadable[0].reason));
  }
  return unreadable;
}

}  // namespace fractalsync
