#include "host/dataset/loading.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <string>
#include <thread>

#include "core/check.h"

namespace fractalsync {
namespace {

/// What has become of one file. Both empty: nothing yet, or stopped.
struct Outcome {
  std::vector<float> raw;
  std::string reason;
};

std::vector<float> cached_features(Backend& backend, const std::filesystem::path& file, const LoadOptions& options) {
  if (options.cache == nullptr) return extract_features(backend, file, options.definition, options.stop);
  const std::string configuration = extractor_configuration(options.definition);
  const std::string key = FeatureCache::key(file, configuration);
  if (!key.empty())
    if (std::optional<std::vector<float>> raw = options.cache->load(key)) return *std::move(raw);
  std::vector<float> raw = extract_features(backend, file, options.definition, options.stop);
  // A file that was changed while it was read is not what the key says.
  if (!key.empty() && FeatureCache::key(file, configuration) == key) options.cache->store(key, raw);
  return raw;
}

class Loader {
 public:
  Loader(const std::vector<std::filesystem::path>& files, const LoadOptions& options)
      : files_(files), options_(options), outcomes_(files.size()) {}

  void run() {
    const std::size_t asked = options_.threads > 0 ? static_cast<std::size_t>(options_.threads)
                                                   : std::max(1u, std::thread::hardware_concurrency());
    {
      std::vector<std::jthread> workers;
      for (std::size_t i = 0; i < std::min(asked, files_.size()); ++i) workers.emplace_back([this] { work(); });
    }
    if (failure_) std::rethrow_exception(failure_);
  }

  LoadedFeatures results() {
    LoadedFeatures loaded;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (!outcomes_[i].raw.empty()) loaded.files.push_back({files_[i], std::move(outcomes_[i].raw)});
      if (!outcomes_[i].reason.empty()) loaded.unreadable.push_back({files_[i].string(), outcomes_[i].reason});
    }
    return loaded;
  }

 private:
  /// Decoding takes most of the time and has one thread: so has the backend.
  void work() {
    try {
      const std::unique_ptr<Backend> backend = make_cpu_backend(1);
      for (std::size_t i; !stopped() && (i = next_.fetch_add(1)) < files_.size();) {
        try {
          outcomes_[i].raw = cached_features(*backend, files_[i], options_);
        } catch (const ExtractionStopped&) {
          return;
        } catch (const Error& error) {
          outcomes_[i].reason = error.what();
        }
        const std::lock_guard lock(mutex_);
        ++done_;
        if (options_.progress) options_.progress(done_, static_cast<std::int64_t>(files_.size()));
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      next_ = files_.size();
    }
  }

  bool stopped() const { return options_.stop != nullptr && *options_.stop; }

  const std::vector<std::filesystem::path>& files_;
  const LoadOptions& options_;
  std::vector<Outcome> outcomes_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::int64_t done_ = 0;
  std::exception_ptr failure_;
};

}  // namespace

LoadedFeatures load_features(const std::vector<std::filesystem::path>& files, const LoadOptions& options) {
  Loader loader(files, options);
  loader.run();
  LoadedFeatures loaded = loader.results();
  if (loaded.files.empty() && !loaded.unreadable.empty()) {
    if (files.size() == 1) throw Error(loaded.unreadable[0].reason);
    throw Error(
        detail::concat("none of the ", files.size(), " files can be read; the first: ", loaded.unreadable[0].reason));
  }
  return loaded;
}

}  // namespace fractalsync
