// Raw features come back as they were kept, from memory or from a file, and the file is nowhere to be seen.
#include "host/dataset/raw_features.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <thread>

#include "support/compare.h"
#include "support/random.h"

namespace fractalsync::test {
namespace {

constexpr std::int64_t kFrameBytes = kBaseFeatures * sizeof(float);

/// TMPDIR is another folder while this lives.
class OtherTemporaryFolder {
 public:
  explicit OtherTemporaryFolder(const std::string& folder) {
    if (const char* const value = std::getenv("TMPDIR")) before_ = value;
    ::setenv("TMPDIR", folder.c_str(), 1);
  }
  ~OtherTemporaryFolder() {
    if (before_)
      ::setenv("TMPDIR", before_->c_str(), 1);
    else
      ::unsetenv("TMPDIR");
  }

 private:
  std::optional<std::string> before_;
};

std::vector<float> rows(std::uint64_t seed, std::int64_t frames) {
  return random_floats(seed, frames * kBaseFeatures, -1, 1);
}

TEST(RawFeatures, ComeBackAsTheyWereKept) {
  const TemporaryFolder folder;
  const OtherTemporaryFolder other((folder / "").string());
  for (const std::int64_t frames_in_memory : {0, 35, 100}) {
    RawFeatureStorage storage(frames_in_memory * kFrameBytes);
    std::vector<RawFeatures> kept;
    for (std::uint64_t k = 0; k < 3; ++k) kept.push_back(storage.keep(rows(k, 30)));
    for (std::uint64_t k = 0; k < 3; ++k) {
      EXPECT_EQ(kept[k].frames(), 30);
      EXPECT_TRUE(all_equal_bytes(kept[k].read(), rows(k, 30)));
      std::vector<float> part(4 * kBaseFeatures);
      kept[k].read(26, 4, part);
      const std::vector<float> all = rows(k, 30);
      EXPECT_TRUE(all_equal_bytes(part, std::vector<float>(all.begin() + 26 * kBaseFeatures, all.end())));
      EXPECT_THROW(kept[k].read(27, 4, part), CheckFailure);
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder / ""));
  }
}

TEST(RawFeatures, OutliveTheirStorage) {
  RawFeatures kept;
  {
    RawFeatureStorage storage(0);
    kept = storage.keep(rows(1, 100));
  }
  EXPECT_TRUE(all_equal_bytes(kept.read(), rows(1, 100)));
}

TEST(RawFeatures, AreKeptByManyThreads) {
  RawFeatureStorage storage(500 * kFrameBytes);
  std::vector<RawFeatures> kept(40);
  {
    std::vector<std::jthread> threads;
    for (std::size_t thread = 0; thread < 4; ++thread)
      threads.emplace_back([&, thread] {
        for (std::size_t k = thread; k < kept.size(); k += 4)
          kept[k] = storage.keep(rows(k, 20 + static_cast<std::int64_t>(k)));
      });
  }
  for (std::size_t k = 0; k < kept.size(); ++k)
    EXPECT_TRUE(all_equal_bytes(kept[k].read(), rows(k, 20 + static_cast<std::int64_t>(k))));
}

std::string refusal(RawFeatureStorage& storage) {
  try {
    storage.keep(rows(1, 10));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(RawFeatures, SayWhereThereIsNoRoom) {
  const OtherTemporaryFolder other("/no/such/folder");
  RawFeatureStorage storage(10 * kFrameBytes);
  EXPECT_EQ(refusal(storage), "");
  EXPECT_EQ(refusal(storage),
            "cannot make a temporary file in '/no/such/folder': No such file or directory (TMPDIR can "
            "name another folder with more room)");
}

}  // namespace
}  // namespace fractalsync::test
