// .npy files and atomic writing, hostile input included.
#include <gtest/gtest.h>

#include <fstream>
#include <limits>

#include "core/check.h"
#include "host/io/atomic_file.h"
#include "host/io/npy.h"
#include "support/compare.h"

namespace fractalsync {
namespace {

using test::TemporaryFolder;

TEST(Npy, ReadsWhatItWrote) {
  const TemporaryFolder folder;
  const std::vector<float> values = {1, -2, 3.5f, 0, std::numeric_limits<float>::infinity(), 6};
  for (const std::vector<std::int64_t>& shape : {std::vector<std::int64_t>{6}, {2, 3}, {1, 3, 2}}) {
    write_npy<float>(folder / "a.npy", shape, values);
    const NpyArray<float> read = read_npy<float>(folder / "a.npy");
    EXPECT_EQ(read.shape, shape);
    EXPECT_EQ(read.values, values);
  }
}

TEST(Npy, RefusesDamage) {
  const TemporaryFolder folder;
  const std::vector<double> values(12, 1.0);
  const std::string whole = npy_bytes<double>({3, 4}, values);
  const auto refused = [&](const std::string& bytes) {
    std::ofstream(folder / "bad.npy", std::ios::binary) << bytes;
    EXPECT_THROW(read_npy<double>(folder / "bad.npy"), Error) << bytes.size() << " bytes";
  };
  for (std::size_t length = 0; length < whole.size(); ++length) refused(whole.substr(0, length));
  refused(whole + "x");
  std::string huge = whole;
  huge.replace(huge.find("(3, 4)"), 6, "(99999");
  refused(huge);
  std::string negative = whole;
  negative.replace(negative.find("(3, 4)"), 6, "(-3,4)");
  refused(negative);
  std::ofstream(folder / "good.npy", std::ios::binary) << whole;
  EXPECT_THROW(read_npy<float>(folder / "good.npy"), Error);
  EXPECT_THROW(read_npy<double>(folder / "missing.npy"), Error);
  EXPECT_THROW(read_npy<double>(folder.path()), Error);
}

TEST(AtomicFile, LeavesTheOldFileWhenItCannotWrite) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a", "first");
  EXPECT_EQ(read_file(folder / "a"), "first");
  write_file_atomically(folder / "a", "second");
  EXPECT_EQ(read_file(folder / "a"), "second");
  EXPECT_THROW(write_file_atomically(folder.path() / "no" / "such" / "folder", "x"), Error);
  std::filesystem::create_directory(folder / "b");
  EXPECT_THROW(write_file_atomically(folder / "b", "x"), Error);
  int entries = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    (void)entry;
    ++entries;
  }
  EXPECT_EQ(entries, 2) << "a temporary file was left behind";
}

}  // namespace
}  // namespace fractalsync
