// What people give the program by mistake: music that is none, folders that cannot be used, values that cannot be.
// One clear line, the right exit status, nothing left behind; or, where the rest is good, the work goes on and says
// what it left out.
#include <sys/mount.h>

#include <cstring>
#include <fstream>
#include <limits>

#include "host/checkpoint/checkpoint.h"
#include "host/io/atomic_file.h"
#include "host/io/npy.h"
#include "support/sounds.h"
#include "workshop.h"

namespace fractalsync {
namespace {

namespace fs = std::filesystem;
using test::Finished;
using test::RunAs;
using test::SoundFormat;
using test::write_sound;

class BadInput : public test::Workshop {
 protected:
  /// Trains on the folder. Succeeds when that succeeds without a word and leaves a whole network.
  testing::AssertionResult trains(const std::string& folder, const test::Words& more = {}) {
    const Finished run = this->run(small_training(folder, more));
    if (run.status != 0 || !run.err.empty()) return testing::AssertionFailure() << run.status << ": " << run.err;
    read_checkpoint(folder_ / "out/best.ckpt");
    return testing::AssertionSuccess();
  }
  void write_text(const std::string& name) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << "This is not a sound.\n";
  }
  fs::path in_new_folder(const std::string& name) {
    fs::create_directories((folder_ / name).parent_path());
    return folder_ / name;
  }
  std::size_t cache_entries() {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_ / "cache"), {}));
  }
};

TEST_F(BadInput, NoMusic) {
  expect_refused(small_training("nowhere"), 1, "cannot read the folder 'nowhere': No such file");
  fs::create_directory(folder_ / "empty");
  expect_refused(small_training("empty"), 1, "put files there that end in .wav");
  write_text("notes.txt");
  expect_refused(small_training("notes.txt"), 1, "is a file, not a folder");
  write_text("texts/a.wav");
  expect_refused(small_training("texts"), 1, "cannot read 'texts/a.wav'");
  std::ofstream(folder_ / "texts/b.wav") << "";
  expect_refused(small_training("texts"), 1, "none of the 2 files can be read");
}

TEST_F(BadInput, BadFilesAmongGoodOnesAreListedAtTheEndEachWithItsReason) {
  make_music("music");
  write_text("music/text.wav");
  std::ofstream(folder_ / "music/zero.wav") << "";
  write_sound(folder_ / "music/none.wav", SoundFormat::wav_int16, 22050, 1, {});
  write_sound(folder_ / "whole.flac", SoundFormat::flac_int16, 22050, 1, test::music(9, 22050, 4));
  test::cut_short(folder_ / "whole.flac", folder_ / "music/cut.flac", 0.5);
  std::vector<float> samples = test::music(8, 22050, 4);
  for (const auto& [name, bad] : {std::pair{"nan", std::numeric_limits<float>::quiet_NaN()},
                                  {"inf", std::numeric_limits<float>::infinity()},
                                  {"minus_inf", -std::numeric_limits<float>::infinity()}}) {
    samples[50000] = bad;
    write_sound(folder_ / "music" / (std::string(name) + ".wav"), SoundFormat::wav_float, 22050, 1, samples);
  }
  const Finished run = this->run(small_training("music"));
  EXPECT_EQ(run.status, 0) << run.err;
  const std::vector<std::string> lines = run.error_lines();
  ASSERT_EQ(lines.size(), 8u) << run.err;
  EXPECT_EQ(lines[0], "7 files could not be used:");
  const std::pair<const char*, const char*> expected[] = {
      {"cut.flac", "cut short or damaged"},       {"inf.wav", "a sample that is no sound (inf) at 2.2"},
      {"minus_inf.wav", "no sound (-inf)"},       {"nan.wav", "no sound (nan)"},
      {"none.wav", "holds no sound (0 samples)"}, {"text.wav", "does not know its format"},
      {"zero.wav", "is empty (0 bytes)"}};
  for (std::size_t k = 0; k < std::size(expected); ++k) {
    EXPECT_EQ(lines[k + 1].find("  cannot read 'music/" + std::string(expected[k].first) + "': "), 0u) << lines[k + 1];
    EXPECT_NE(lines[k + 1].find(expected[k].second), std::string::npos) << lines[k + 1];
  }
  read_checkpoint(folder_ / "out/best.ckpt");
  EXPECT_EQ(cache_entries(), 2u) << "only what was read is kept";
}

TEST_F(BadInput, ExtractGoesOnWithTheRest) {
  make_music("music", 3);
  write_text("music/text.wav");
  const Finished run =
      this->run({"extract", "music/one.wav", "music/text.wav", "nowhere.wav", "music/two.wav", "-o", "features"});
  EXPECT_EQ(run.status, 1);
  const std::vector<std::string> lines = run.error_lines();
  ASSERT_EQ(lines.size(), 3u) << run.err;
  EXPECT_NE(lines[0].find("'music/text.wav'"), std::string::npos) << lines[0];
  EXPECT_NE(lines[1].find("'nowhere.wav'"), std::string::npos) << lines[1];
  EXPECT_NE(lines[2].find("no features of 2 of 4 files"), std::string::npos) << lines[2];
  EXPECT_TRUE(fs::exists(folder_ / "features/one.npy") && fs::exists(folder_ / "features/two.npy"));
  EXPECT_FALSE(fs::exists(folder_ / "features/text.npy") || fs::exists(folder_ / "features/nowhere.npy"));
}

TEST_F(BadInput, SilenceTeachesNothing) {
  write_sound(in_new_folder("silent/a.wav"), SoundFormat::wav_int16, 22050, 1, std::vector<float>(80000));
  expect_refused(small_training("silent"), 1, "is it silent?");
  make_music("music");
  fs::copy(folder_ / "silent/a.wav", folder_ / "music/silent.wav");
  EXPECT_TRUE(trains("music"));
}

TEST_F(BadInput, SoundsShorterThanAFrameOrAWindow) {
  write_sound(in_new_folder("frame/a.wav"), SoundFormat::wav_int16, 22050, 1, test::music(1, 22050, 0.01));
  expect_refused(small_training("frame"), 1, "too short: its longest file makes 1 window, and 8 are needed");
  write_sound(in_new_folder("window/a.wav"), SoundFormat::wav_int16, 22050, 1, test::music(1, 22050, 0.1));
  expect_refused(small_training("window"), 1, "too short: its longest file makes 1 window, and 8 are needed");
  make_music("music");
  fs::copy(folder_ / "frame/a.wav", folder_ / "music/frame.wav");
  fs::copy(folder_ / "window/a.wav", folder_ / "music/window.wav");
  EXPECT_TRUE(trains("music"));
}

TEST_F(BadInput, UnusualRatesAndChannelsAreMusic) {
  write_sound(in_new_folder("rates/low.wav"), SoundFormat::wav_int16, 8000, 1, test::music(1, 8000, 4));
  write_sound(folder_ / "rates/high.wav", SoundFormat::wav_int24, 192000, 1, test::music(2, 192000, 4));
  std::vector<float> six;
  for (const float sample : test::music(3, 22050, 4)) six.insert(six.end(), 6, sample);
  write_sound(folder_ / "rates/six.wav", SoundFormat::wav_float, 22050, 6, six);
  EXPECT_TRUE(trains("rates"));
}

TEST_F(BadInput, NamesWithSpacesAndOtherScripts) {
  const std::string folder = "m\xc3\xbasica \xe9\x9f\xb3";
  for (const char* const name : {"it's a song.wav", "\xe6\xa5\xbd.wav", "-dash.wav", "not utf-8 \xff.wav"})
    write_sound(in_new_folder(folder + "/" + name), SoundFormat::wav_int16, 22050, 1, test::music(1, 22050, 3));
  EXPECT_TRUE(trains(folder, {"--save-dir", "out", "--json"}));
}

TEST_F(BadInput, LinksInACircle) {
  make_music("music");
  fs::create_directory_symlink("..", folder_ / "music/up");
  fs::create_directory_symlink("self", folder_ / "music/self");
  fs::create_symlink("circle.wav", folder_ / "music/circle.wav");
  const Finished run = this->run(small_training("music"));
  EXPECT_EQ(run.status, 0);
  ASSERT_EQ(run.error_lines().size(), 2u) << run.err;
  EXPECT_NE(run.err.find("circle.wav': Too many levels of symbolic links"), std::string::npos) << run.err;
}

TEST_F(BadInput, CacheThatMayNotBeWrittenIsDoneWithout) {
  make_music("music");
  // As somebody without permissions, who has to reach the program and its folder.
  fs::copy_file(program_, folder_ / "fractalsync");
  program_ = (folder_ / "fractalsync").string();
  fs::create_directory(folder_ / "out");
  fs::create_directory(folder_ / "cache");
  fs::permissions(folder_.path(), fs::perms(0755));
  fs::permissions(folder_ / "out", fs::perms(0777));
  fs::permissions(folder_ / "cache", fs::perms(0555));
  const Finished run = this->run(small_training("music"), RunAs::nobody);
  EXPECT_EQ(run.status, 0) << run.err;
  const std::vector<std::string> lines = run.error_lines();
  ASSERT_EQ(lines.size(), 1u) << run.err;
  EXPECT_NE(lines[0].find("features are not cached"), std::string::npos);
  EXPECT_NE(lines[0].find("Permission denied"), std::string::npos);
  EXPECT_EQ(cache_entries(), 0u);
  // Where the results should go, there is no doing without.
  fs::permissions(folder_ / "out", fs::perms(0555));
  fs::permissions(folder_ / "cache", fs::perms(0777));
  expect_refused(small_training("music", {"--save-dir", "new"}), 1, "cannot make the folder 'new': Permission denied",
                 RunAs::nobody);
}

TEST_F(BadInput, FoldersThatCannotBeMade) {
  make_music("music");
  write_text("file");
  expect_refused(small_training("music", {"--save-dir", "file"}), 1, "cannot make the folder 'file': Not a directory");
  expect_refused(small_training("music", {"--save-dir", "file/out"}), 1, "cannot make the folder 'file/out'");
  expect_refused(small_training("music", {"--export-onnx", "--onnx-output-dir", "file/out"}), 1,
                 "cannot make the folder");
  expect_refused({"extract", "music/one.wav", "music/two.wav", "-o", "file/out"}, 1, "cannot make the folder");
  const Finished run = this->run(small_training("music", {"--cache-dir", "file/cache"}));
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.error_lines().size(), 1u) << run.err;
}

TEST_F(BadInput, FullDisk) {
  make_music("music");
  fs::create_directory(folder_ / "disk");
  if (::mount("none", (folder_ / "disk").c_str(), "tmpfs", 0, "size=64k") != 0)
    GTEST_SKIP() << "may not mount a small file system: " << std::strerror(errno);
  // A checkpoint of this network takes more than that: 60 x 128 weights alone, each with two moments, make 92 kB.
  expect_refused(small_training("music", {"--save-dir", "disk/", "--hidden", "128"}), 1, "No space left on device");
  const Finished run = this->run(small_training("music", {"--cache-dir", "disk/cache", "--hidden", "8"}));
  EXPECT_EQ(run.status, 0) << run.err;
  std::ofstream(folder_ / "disk/filling") << std::string(65536, 'x');
  fs::remove_all(folder_ / "disk/cache");
  std::ofstream(folder_ / "disk/filling2") << std::string(65536, 'x');
  const Finished full = this->run(small_training("music", {"--cache-dir", "disk"}));
  EXPECT_EQ(full.status, 0) << full.err;
  ASSERT_EQ(full.error_lines().size(), 1u) << full.err;
  EXPECT_NE(full.err.find("features are not cached"), std::string::npos) << full.err;
  expect_refused({"extract", "music/one.wav", "-o", "disk/one.npy"}, 1, "No space left on device");
  EXPECT_EQ(::umount((folder_ / "disk").c_str()), 0);
}

TEST_F(BadInput, DamagedCacheEntriesAreMadeAnew) {
  make_music("music", 3);
  ASSERT_TRUE(trains("music"));
  const std::string expected = read_file(folder_ / "out/best.ckpt");
  std::vector<std::pair<fs::path, std::string>> entries;
  for (const auto& entry : fs::directory_iterator(folder_ / "cache"))
    entries.emplace_back(entry.path(), read_file(entry.path()));
  ASSERT_EQ(entries.size(), 3u);
  std::ofstream(entries[0].first, std::ios::binary) << entries[0].second.substr(0, 500);
  write_npy<float>(entries[1].first, {10, 5}, std::vector<float>(50));
  std::ofstream(entries[2].first, std::ios::binary) << "";
  ASSERT_TRUE(trains("music"));
  for (const auto& [path, content] : entries) EXPECT_EQ(read_file(path), content) << path;
  EXPECT_EQ(read_file(folder_ / "out/best.ckpt"), expected);
}

TEST_F(BadInput, TwoTrainingsMayShareACache) {
  make_music("music", 4);
  ASSERT_TRUE(trains("music", {"--no-cache"}));
  const std::string expected = read_file(folder_ / "out/best.ckpt");
  test::Program first(command(small_training("music", {"--save-dir", "a", "--log-level", "warn"})), folder_.path());
  test::Program second(command(small_training("music", {"--save-dir", "b", "--log-level", "warn"})), folder_.path());
  for (test::Program* program : {&first, &second}) {
    const Finished run = program->wait();
    EXPECT_EQ(run.status, 0);
    EXPECT_EQ(run.err, "");
  }
  EXPECT_EQ(read_file(folder_ / "a/best.ckpt"), expected);
  EXPECT_EQ(read_file(folder_ / "b/best.ckpt"), expected);
  EXPECT_EQ(cache_entries(), 4u);
}

TEST_F(BadInput, ValuesThatCannotBe) {
  make_music("music");
  const auto refused = [&](const test::Words& more, const std::string& why) {
    expect_refused(small_training("music", more), 2, why);
  };
  refused({"--batch-size", "1"}, "--batch-size: '1' is not a number from 8");
  refused({"--window-frames", "0"}, "--window-frames: '0' is not a number from 1 to 1000");
  refused({"--epochs", "1.5"}, "--epochs: '1.5' is not a number from 1");
  refused({"--epochs", "many"}, "--epochs: 'many'");
  refused({"--learning-rate", "nan"}, "--learning-rate: 'nan'");
  refused({"--weight-dull", "inf"}, "--weight-dull: 'inf'");
  refused({"--hidden", "8,x"}, "--hidden: 'x'");
  refused({"--weight-dull", "1"}, "--weight-dull: is for the plain formulation; leave it out, or choose that one");
  refused({"--image-side", "47"}, "--image-side: must be even, not 47");
  refused({"--image", "Q", "--iterations", "500"}, "--iterations: image Q takes at most 90");
  refused({"--seed", "-1"}, "--seed: '-1' is not a whole number");
  refused({"--frobnicate"}, "--frobnicate");
  refused({"--device", "tpu"}, "--device");
  expect_refused({"predict", "--checkpoint", "c", "a.wav", "-o", "a.txt"}, 2, "only .npy and .csv files");
  expect_refused({"extract", "music/one.wav", "-o", "one.csv"}, 2, "only .npy files");
  expect_refused({"extract", "music/one.wav", "./music/one.wav", "-o", "features"}, 2, "two inputs would both be");
  expect_refused({"export", "c", "-o", "model.json"}, 2, "only .onnx files");
  expect_refused({"render", "--checkpoint", "c", "a.wav", "-o", "a.jpg"}, 2, ".webm and .png files can be written");
  expect_refused({"bench", "--filter", "tea"}, 2, "--filter: no case has 'tea' in its name; they begin with features");
  expect_refused({"bench", "--min-time", "nan"}, 2, "--min-time: 'nan' is not a number");
  expect_refused({"bench", "--device", "cpu", "--isa", "mmx"}, 1, "no instruction set 'mmx' here");
  expect_refused({}, 2, "a command");
}

TEST_F(BadInput, UnknownCommandIsNamed) {
  const Finished run = test::Program(command({"compose"}), folder_.path()).wait();
  EXPECT_EQ(run.status, 2);
  ASSERT_EQ(run.error_lines().size(), 1u) << run.err;
  EXPECT_NE(run.err.find("compose"), std::string::npos) << run.err;
}

TEST_F(BadInput, CudaWhereThereIsNone) {
  make_music("music");
  const Finished devices = this->run({"devices"});
  ASSERT_EQ(devices.status, 0);
  if (devices.out.find("cuda: not usable: ") == std::string::npos) GTEST_SKIP() << "CUDA is there";
  expect_refused(small_training("music", {"--device", "cuda:99"}), 1, "cannot use --device cuda:99: ");
}

}  // namespace
}  // namespace fractalsync
