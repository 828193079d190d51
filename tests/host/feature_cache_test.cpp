// The cache gives back what was put there or nothing, and never stands in the way.
#include "host/dataset/feature_cache.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <cstring>
#include <fstream>
#include <limits>

#include "host/io/atomic_file.h"
#include "host/io/npy.h"
#include "support/compare.h"
#include "support/unprivileged.h"

namespace fractalsync {
namespace {

namespace fs = std::filesystem;

class FeatureCacheTest : public testing::Test {
 protected:
  FeatureCache open(const fs::path& folder) {
    return FeatureCache(folder, [this](const std::string& what) { warnings_.push_back(what); });
  }
  FeatureCache open() { return open(folder_ / "cache"); }
  /// [frames, 6] of numbers that begin at `first`.
  static std::vector<float> rows(int frames, float first = 0) {
    std::vector<float> values;
    for (int i = 0; i < frames * 6; ++i) values.push_back(first + static_cast<float>(i));
    return values;
  }
  const test::TemporaryFolder folder_;
  std::vector<std::string> warnings_;
};

TEST_F(FeatureCacheTest, GivesBackWhatWasStored) {
  FeatureCache cache = open();
  EXPECT_EQ(cache.load("a"), std::nullopt);
  cache.store("a", rows(7));
  cache.store("b", rows(1, 100));
  EXPECT_EQ(cache.load("a"), rows(7));
  EXPECT_EQ(open().load("b"), rows(1, 100));
  EXPECT_EQ(read_npy<float>(folder_ / "cache/a.npy").shape, (std::vector<std::int64_t>{7, 6}));
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(FeatureCacheTest, KeyKnowsPathSizeTimeAndConfiguration) {
  const fs::path song = folder_ / "song.wav";
  std::ofstream(song) << "one";
  const std::string key = FeatureCache::key(song, "A");
  EXPECT_EQ(key.size(), 32u);
  EXPECT_EQ(FeatureCache::key(song, "A"), key);
  EXPECT_EQ(FeatureCache::key(folder_.path() / "." / "song.wav", "A"), key);
  EXPECT_NE(FeatureCache::key(song, "B"), key);
  fs::copy_file(song, folder_ / "copy.wav");
  fs::last_write_time(folder_ / "copy.wav", fs::last_write_time(song));
  EXPECT_NE(FeatureCache::key(folder_ / "copy.wav", "A"), key);
  fs::last_write_time(song, fs::last_write_time(song) + std::chrono::nanoseconds(1000));
  const std::string later = FeatureCache::key(song, "A");
  EXPECT_NE(later, key);
  const auto time = fs::last_write_time(song);
  std::ofstream(song, std::ios::app) << "two";
  fs::last_write_time(song, time);
  EXPECT_NE(FeatureCache::key(song, "A"), later);
  EXPECT_EQ(FeatureCache::key(folder_ / "missing.wav", "A"), "");
}

TEST_F(FeatureCacheTest, DamagedEntriesAreNoEntries) {
  FeatureCache cache = open();
  cache.store("a", rows(5));
  const fs::path place = folder_ / "cache/a.npy";
  const std::string whole = read_file(place);
  for (std::size_t length = 0; length < whole.size(); length += 7) {
    std::ofstream(place, std::ios::binary) << whole.substr(0, length);
    EXPECT_EQ(cache.load("a"), std::nullopt) << "cut to " << length << " bytes";
  }
  std::ofstream(place, std::ios::binary) << whole << "more";
  EXPECT_EQ(cache.load("a"), std::nullopt);
  for (const std::vector<std::int64_t>& shape : std::vector<std::vector<std::int64_t>>{{30}, {6, 5}, {1, 5, 6}}) {
    write_npy<float>(place, shape, rows(5));
    EXPECT_EQ(cache.load("a"), std::nullopt);
  }
  write_npy<float>(place, {0, 6}, {});
  EXPECT_EQ(cache.load("a"), std::nullopt);
  write_npy<double>(place, {1, 6}, std::vector<double>(6));
  EXPECT_EQ(cache.load("a"), std::nullopt);
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    std::vector<float> values = rows(5);
    values[17] = bad;
    write_npy<float>(place, {5, 6}, values);
    EXPECT_EQ(cache.load("a"), std::nullopt);
  }
  fs::remove(place);
  fs::create_directory(place);
  EXPECT_EQ(cache.load("a"), std::nullopt);
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(FeatureCacheTest, FolderThatCannotBeMadeCostsOneWarning) {
  std::ofstream(folder_ / "file") << "x";
  FeatureCache cache = open(folder_ / "file" / "cache");
  cache.store("a", rows(2));
  cache.store("b", rows(2));
  EXPECT_EQ(cache.load("a"), std::nullopt);
  ASSERT_EQ(warnings_.size(), 1u);
  EXPECT_NE(warnings_[0].find("features are not cached"), std::string::npos) << warnings_[0];
}

TEST_F(FeatureCacheTest, FolderWithoutWritePermissionIsReadAndCostsOneWarning) {
  open().store("old", rows(3));
  fs::permissions(folder_.path(), fs::perms::all);
  fs::permissions(folder_ / "cache", fs::perms::owner_read | fs::perms::owner_exec | fs::perms::group_read |
                                         fs::perms::group_exec | fs::perms::others_read | fs::perms::others_exec);
  EXPECT_TRUE(test::unprivileged([&] {
    FeatureCache cache = open();
    cache.store("a", rows(2));
    cache.store("b", rows(2));
    return cache.load("old") == rows(3) && cache.load("a") == std::nullopt && warnings_.size() == 1 &&
           warnings_[0].find("Permission denied") != std::string::npos;
  }));
  EXPECT_FALSE(fs::exists(folder_ / "cache/a.npy"));
}

TEST_F(FeatureCacheTest, FullDiskCostsOneWarning) {
  if (::mount("none", folder_.path().c_str(), "tmpfs", 0, "size=64k") != 0)
    GTEST_SKIP() << "may not mount a small file system: " << std::strerror(errno);
  {
    FeatureCache cache = open();
    cache.store("small", rows(100));
    cache.store("large", rows(10000));
    cache.store("next", rows(10000));
    EXPECT_EQ(cache.load("small"), rows(100));
    EXPECT_EQ(cache.load("large"), std::nullopt);
    ASSERT_EQ(warnings_.size(), 1u);
    EXPECT_NE(warnings_[0].find("No space left on device"), std::string::npos) << warnings_[0];
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "cache"), {}), 1) << "a temporary file was left behind";
  }
  EXPECT_EQ(::umount(folder_.path().c_str()), 0);
}

TEST_F(FeatureCacheTest, FileSizeLimitCostsOneWarning) {
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit small = before;
  small.rlim_cur = 1000;
  FeatureCache cache = open();
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  cache.store("large", rows(10000));
  cache.store("next", rows(10000));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_EQ(cache.load("large"), std::nullopt);
  ASSERT_EQ(warnings_.size(), 1u);
  EXPECT_NE(warnings_[0].find("File too large"), std::string::npos) << warnings_[0];
  EXPECT_TRUE(fs::is_empty(folder_ / "cache")) << "a temporary file was left behind";
}

TEST_F(FeatureCacheTest, ProcessesMayShareIt) {
  // Every process writes and reads the same few entries: a reader finds nothing or a whole one.
  std::vector<pid_t> children;
  for (int process = 0; process < 4; ++process) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      FeatureCache cache = open();
      bool good = true;
      for (int round = 0; round < 30 && good; ++round) {
        const int entry = (round + process) % 3;
        const std::vector<float> expected = rows(2000, static_cast<float>(entry));
        cache.store(std::to_string(entry), expected);
        good = cache.load(std::to_string(entry)) == expected && warnings_.empty();
      }
      ::_exit(good ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "cache"), {}), 3);
}

}  // namespace
}  // namespace fractalsync
