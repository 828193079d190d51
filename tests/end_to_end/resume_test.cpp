// A training that ends before its end, by a SIGKILL at any moment or by Ctrl-C, loses nothing but time: what it left is
// whole, and the run continued from there ends with the same bytes as one that was never broken.
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>

#include <chrono>
#include <optional>
#include <thread>

#include "host/checkpoint/checkpoint.h"
#include "host/io/atomic_file.h"
#include "host/io/npy.h"
#include "support/random.h"
#include "workshop.h"

namespace fractalsync {
namespace {

namespace fs = std::filesystem;
using test::Finished;
using test::Program;
using test::Words;
using Clock = std::chrono::steady_clock;

bool is_temporary(const std::string& name) { return name.starts_with(".") && name.ends_with(".tmp"); }

/// Says when a file that is still being written appears in a folder.
class Watch {
 public:
  explicit Watch(const fs::path& folder) : events_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    if (::inotify_add_watch(events_.get(), folder.c_str(), IN_CREATE) < 0) throw std::runtime_error("cannot watch");
  }
  /// Waits for one; false when the program ended first.
  bool wait(Program& program, const std::string& beginning) {
    alignas(inotify_event) char bytes[4096];
    while (!program.ended()) {
      pollfd waiting{events_.get(), POLLIN, 0};
      if (::poll(&waiting, 1, 10) <= 0) continue;
      const ssize_t got = ::read(events_.get(), bytes, sizeof bytes);
      for (ssize_t at = 0; at < got;) {
        const auto* event = reinterpret_cast<const inotify_event*>(bytes + at);
        const std::string name = event->len > 0 ? event->name : "";
        if (is_temporary(name) && name.starts_with(beginning)) return true;
        at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      }
    }
    return false;
  }

 private:
  Descriptor events_;
};

class Resume : public test::Workshop {
 protected:
  static constexpr int kEpochs = 40;

  void SetUp() override {
    make_music("music", 3);
    ASSERT_EQ(run(training("unbroken", {"--no-cache"})).status, 0);
    fs::create_directories(folder_ / "out");
    fs::create_directories(folder_ / "cache");
  }
  /// Several hundred steps with several judgements; a network large enough that writing it takes a moment.
  static Words training(const std::string& save_dir, const Words& more = {}) {
    Words words = {"--epochs",     std::to_string(kEpochs),
                   "--save-every", "3",
                   "--hidden",     "256,64",
                   "--dropout",    "0.1",
                   "--save-dir",   save_dir};
    words.insert(words.end(), more.begin(), more.end());
    return small_training("music", words);
  }
  Words training_on() {
    const std::optional<std::string> from = newest_checkpoint();
    return training("out", from ? Words{"--checkpoint", *from} : Words{});
  }

  /// Of the checkpoints that the program wrote, the one that is furthest; all of them must be whole.
  std::optional<std::string> newest_checkpoint() {
    std::optional<std::string> newest;
    std::int64_t furthest = -1;
    for (const auto& entry : fs::directory_iterator(folder_ / "out")) {
      if (entry.path().extension() != ".ckpt") continue;
      const TrainingState state = read_checkpoint(entry.path());
      if (state.next_step <= furthest || state.finished_epochs == kEpochs) continue;
      furthest = state.next_step;
      newest = entry.path().string();
    }
    return newest;
  }
  void expect_whole_files() {
    EXPECT_NO_THROW(newest_checkpoint());
    for (const auto& entry : fs::directory_iterator(folder_ / "cache")) {
      if (entry.path().extension() != ".npy") continue;
      EXPECT_EQ(read_npy<float>(entry.path()).dim(1), 6) << entry.path();
    }
  }
  bool complete() { return fs::exists(folder_ / "out" / last_checkpoint()); }
  static std::string last_checkpoint() { return "checkpoint_epoch_" + std::to_string(kEpochs) + ".ckpt"; }
  /// The temporary files below a folder, which are then removed.
  int take_temporaries(const std::string& folder) {
    int count = 0;
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder_ / folder))
      if (is_temporary(entry.path().filename().string())) found.push_back(entry.path());
    for (const fs::path& path : found) count += fs::remove(path) ? 1 : 0;
    return count;
  }
  /// A checkpoint holds no time, no host and no path but those within the music folder: all of its bytes must agree.
  void expect_same_as_unbroken() {
    for (const std::string& name : {last_checkpoint(), std::string("best.ckpt"), std::string("training_history.json")})
      EXPECT_TRUE(read_file(folder_ / "out" / name) == read_file(folder_ / "unbroken" / name)) << name << " differs";
  }
  void finish() {
    if (!complete()) {
      const Finished run = this->run(training_on());
      EXPECT_EQ(run.status, 0) << run.err;
    }
    expect_same_as_unbroken();
  }
  /// Starts and kills while a temporary file that begins like this lies in the folder, until that has happened. The
  /// creation of the file wakes us, the program has then to write and sync it before it renames it, and a SIGKILL takes
  /// effect before the system call that it meets returns. That the kill came before the renaming is proved by the
  /// temporary file, which is still there; when it came too late, the next file is another chance.
  void kill_while_writing(const std::string& folder, const std::string& beginning) {
    int hits = 0;
    for (int attempt = 0; attempt < 50 && hits == 0; ++attempt) {
      if (complete() || folder == "cache") {
        for (const char* const emptied : {"out", "cache"})
          for (const auto& entry : fs::directory_iterator(folder_ / emptied)) fs::remove(entry.path());
      }
      Watch watch(folder_ / folder);
      Program program(command(training_on()), folder_.path());
      if (!watch.wait(program, beginning)) continue;
      program.send(SIGKILL);
      program.wait();
      hits = take_temporaries(folder);
      expect_whole_files();
    }
    EXPECT_GE(hits, 1) << "no kill hit the writing";
  }
};

TEST_F(Resume, KilledAtTenRandomMoments) {
  const auto seed = static_cast<std::uint64_t>(Clock::now().time_since_epoch().count());
  SCOPED_TRACE("seed " + std::to_string(seed));
  // As long as the unbroken run took here and now, spread over eleven parts of it.
  const auto begin = Clock::now();
  ASSERT_EQ(run(training("out")).status, 0);
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  expect_same_as_unbroken();
  for (const char* const folder : {"out", "cache"})
    for (const auto& entry : fs::directory_iterator(folder_ / folder)) fs::remove(entry.path());
  int kills = 0;
  for (const float part : test::random_floats(seed, 10, 0.02f, 0.6f)) {
    if (complete())  // This run is over: break another.
      for (const auto& entry : fs::directory_iterator(folder_ / "out")) fs::remove(entry.path());
    Program program(command(training_on()), folder_.path());
    std::this_thread::sleep_for(std::chrono::duration<double>(part * seconds));
    program.send(SIGKILL);
    if (program.wait().status == 128 + SIGKILL) ++kills;
    expect_whole_files();
  }
  EXPECT_GE(kills, 5) << "most of the runs ended before they were killed";
  finish();
}

TEST_F(Resume, KilledWhileACheckpointIsWritten) {
  kill_while_writing("out", ".checkpoint_epoch_");
  finish();
}

TEST_F(Resume, KilledWhileTheBestNetworkIsWritten) {
  kill_while_writing("out", ".best.ckpt");
  finish();
}

TEST_F(Resume, KilledWhileFeaturesAreCached) {
  kill_while_writing("cache", ".");
  finish();
}

TEST_F(Resume, CtrlCNamesTheCommandThatContinues) {
  // A folder that a shell would take apart.
  fs::rename(folder_ / "music", folder_ / "it's music");
  Words words = command(training("out"));
  for (std::string& word : words)
    if (word == "music") word = "it's music";
  for (const int signal : {SIGINT, SIGTERM}) {
    Watch watch(folder_ / "out");
    Program program(words, folder_.path());
    // From its first checkpoint on it is in the middle of the training, with most of its way ahead.
    ASSERT_TRUE(watch.wait(program, ".checkpoint_epoch_3.ckpt"));
    program.send(signal);
    const Finished stopped = program.wait();
    EXPECT_EQ(stopped.status, 1);
    const std::string line = stopped.error_lines().back(), sentence = "fractalsync: stopped; continue with: ";
    ASSERT_EQ(line.find(sentence), 0u) << stopped.err;
    EXPECT_LT(read_checkpoint(folder_ / "out/interrupted.ckpt").finished_epochs, kEpochs);
    // As a person would: pasted into a shell, in the same folder.
    const Finished continued = Program({"/bin/sh", "-c", line.substr(sentence.size())}, folder_.path()).wait();
    EXPECT_EQ(continued.status, 0) << continued.err;
    expect_same_as_unbroken();
    for (const auto& entry : fs::directory_iterator(folder_ / "out")) fs::remove(entry.path());
  }
}

TEST_F(Resume, CtrlCWhileMusicIsReadLeavesNothing) {
  // So many files that most are still to be read when the first is cached.
  fs::create_directory(folder_ / "more");
  for (int k = 0; k < 60; ++k)
    fs::create_hard_link(folder_ / "music/one.wav", folder_ / "more" / (std::to_string(k) + ".wav"));
  Words words = training("new");
  words[2] = "more";
  Watch watch(folder_ / "cache");
  Program program(command(words), folder_.path());
  ASSERT_TRUE(watch.wait(program, "."));
  program.send(SIGINT);
  const Finished stopped = program.wait();
  EXPECT_EQ(stopped.status, 1);
  EXPECT_EQ(stopped.error_lines().back(), "fractalsync: stopped before the first step; nothing to save");
  EXPECT_FALSE(fs::exists(folder_ / "new"));
  EXPECT_EQ(take_temporaries("cache"), 0);
}

}  // namespace
}  // namespace fractalsync
