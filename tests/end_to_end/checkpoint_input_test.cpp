// Checkpoints that a command cannot use, and runs that cannot be resumed as asked.
#include <zlib.h>

#include <cstring>
#include <fstream>

#include "host/checkpoint/checkpoint.h"
#include "host/io/atomic_file.h"
#include "workshop.h"

namespace fractalsync {
namespace {

namespace fs = std::filesystem;
using test::Words;

class CheckpointInput : public test::Workshop {
 protected:
  void SetUp() override {
    make_music("music");
    ASSERT_EQ(run(small_training("music", {"--epochs", "2", "--save-every", "1"})).status, 0);
    whole_ = read_file(folder_ / "out/best.ckpt");
  }
  /// Every command that takes a checkpoint.
  void expect_refused_everywhere(const std::string& checkpoint, const std::string& why) {
    for (const Words& command :
         {Words{"export", checkpoint, "-o", "m.onnx"},
          Words{"predict", "--checkpoint", checkpoint, "music/one.wav", "-o", "p.npy"},
          Words{"evaluate", "--checkpoint", checkpoint, "--data-dir", "music", "--no-cache"},
          Words{"render", "--checkpoint", checkpoint, "music/one.wav", "-o", "p.png"},
          Words{"train", "--checkpoint", checkpoint, "--data-dir", "music", "--no-cache", "--save-dir", "new"}})
      expect_refused(command, 1, why);
  }
  void write(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
  }
  /// A command that goes on from a checkpoint of the first epoch.
  static Words resuming(const Words& more) {
    Words words = {"--checkpoint", "out/checkpoint_epoch_1.ckpt"};
    words.insert(words.end(), more.begin(), more.end());
    return small_training("music", words);
  }

  std::string whole_;
};

TEST_F(CheckpointInput, NoneForeignCutDamagedOrNewer) {
  expect_refused_everywhere("none.ckpt", "cannot read 'none.ckpt': No such file");
  expect_refused_everywhere("music", "cannot read 'music': ");
  expect_refused_everywhere("music/one.wav", "cannot use checkpoint 'music/one.wav': it is not a checkpoint");
  write("cut.ckpt", whole_.substr(0, whole_.size() / 2));
  expect_refused_everywhere("cut.ckpt", "cut short");
  std::string changed = whole_;
  changed[changed.size() / 2] ^= 1;
  write("damaged.ckpt", changed);
  expect_refused_everywhere("damaged.ckpt", "damaged (its checksum does not match)");
  changed = whole_;
  changed[8] = 2;  // the version of the framing, behind eight bytes of magic
  const std::size_t end = changed.size() - 4;
  const auto sum = static_cast<std::uint32_t>(::crc32_z(0, reinterpret_cast<const Bytef*>(changed.data()), end));
  std::memcpy(changed.data() + end, &sum, 4);
  write("newer.ckpt", changed);
  expect_refused_everywhere("newer.ckpt", "newer version of this program");
}

TEST_F(CheckpointInput, AResumedRunKeepsWhatItIs) {
  for (const Words& other : std::vector<Words>{{"--hidden", "9"},
                                               {"--hidden", "8,8"},
                                               {"--window-frames", "5"},
                                               {"--image-side", "18"},
                                               {"--batch-size", "128"},
                                               {"--learning-rate", "0.1"},
                                               {"--include-delta"},
                                               {"--image", "Q"},
                                               {"--seed", "7"},
                                               {"--formulation", "plain"},
                                               {"--weight-smoothness", "0.25"}})
    expect_refused(resuming(other), 2, other[0] + ": the run to resume has another value, and keeps it");
  // What is the same may be said again; the end may move.
  EXPECT_EQ(run(resuming({"--seed", "0", "--image", "W", "--epochs", "3"})).status, 0);
  EXPECT_EQ(read_checkpoint(folder_ / "out/checkpoint_epoch_3.ckpt").history.size(), 3u);
}

TEST_F(CheckpointInput, NothingLeftToDo) {
  expect_refused(small_training("music", {"--epochs", "2", "--checkpoint", "out/checkpoint_epoch_2.ckpt"}), 1,
                 "has all its 2 epochs behind it; --epochs can ask for more");
}

TEST_F(CheckpointInput, ARunNeedsItsMusicAndItsBestNetwork) {
  // The end of two epochs was judged, so that there is a best network.
  expect_refused(small_training("music", {"--checkpoint", "out/checkpoint_epoch_2.ckpt", "--epochs", "3", "--save-dir",
                                          "elsewhere"}),
                 1, "'elsewhere/best.ckpt', is not there");
  ASSERT_EQ(run(small_training("music", {"--save-dir", "elsewhere", "--seed", "5"})).status, 0);
  const std::string theirs = read_file(folder_ / "elsewhere/best.ckpt");
  expect_refused(small_training("music", {"--checkpoint", "out/checkpoint_epoch_2.ckpt", "--epochs", "3", "--save-dir",
                                          "elsewhere"}),
                 1, "'elsewhere/best.ckpt' is of another run");
  EXPECT_EQ(read_file(folder_ / "elsewhere/best.ckpt"), theirs);
  fs::rename(folder_ / "music/two.wav", folder_ / "two.wav");
  expect_refused(resuming({"--epochs", "2"}), 1, "cannot resume: 'two.wav', which the run was trained on, is not in");
  fs::rename(folder_ / "two.wav", folder_ / "music/two.wav");
  EXPECT_EQ(run(resuming({"--epochs", "2"})).status, 0);
}

}  // namespace
}  // namespace fractalsync
