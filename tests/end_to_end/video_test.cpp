// `fractalsync render` as users run it: a video, a still, Ctrl-C, and what is refused.
#include <signal.h>

#include <chrono>
#include <thread>

#include "host/io/atomic_file.h"
#include "host/io/child_process.h"
#include "workshop.h"

namespace fractalsync {
namespace {

using test::Finished;
using test::Words;

class Video : public test::Workshop {
 protected:
  void SetUp() override {
    make_music("music");
    ASSERT_EQ(run(small_training("music")).status, 0);
  }
  static Words render(const std::string& output, const Words& more = {}) {
    Words words = {"render", "--checkpoint", "out/best.ckpt", "music/one.wav", "-o", output, "--threads", "1"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
};

TEST_F(Video, IsMadeOfASongAndACheckpoint) {
  for (const Words& formulation : {Words{"--formulation", "plain"}, Words{"--formulation", "atlas"}}) {
    ASSERT_EQ(run(small_training("music", formulation)).status, 0);
    const Finished made =
        run(render("a.mp4", {"--width", "64", "--height", "36", "--fps", "30", "--start", "1", "--duration", "1"}));
    ASSERT_EQ(made.status, 0) << made.err;
    EXPECT_EQ(made.err, "");
    ChildProcess probe({"ffprobe", "-v", "error", "-show_entries",
                        "stream=codec_type,width,height,r_frame_rate,nb_frames", "-of", "csv=p=0",
                        (folder_ / "a.mp4").string()});
    std::string found(1000, '\0');
    found.resize(static_cast<std::size_t>(probe.read({found.data(), 1000})));
    EXPECT_TRUE(found.starts_with("video,64,36,30/1,30\naudio,")) << found;
  }
}

TEST_F(Video, CtrlCLeavesNothing) {
  const auto before = paths();
  test::Program program(command(render("a.mp4", {"--width", "1280", "--height", "720", "--log-level", "info"})),
                        folder_.path());
  // Long enough that ffmpeg has its file: that begins with a point.
  const auto started = [&] {
    for (const std::string& path : paths())
      if (path.starts_with(".a.mp4")) return true;
    return false;
  };
  while (!started() && !program.ended()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  ASSERT_FALSE(program.ended()) << "four seconds of 720p were ready before they could be interrupted";
  program.send(SIGINT);
  const Finished stopped = program.wait();
  EXPECT_EQ(stopped.status, 1);
  EXPECT_EQ(stopped.error_lines().back(), "fractalsync: stopped; nothing was written");
  EXPECT_EQ(paths(), before);
}

TEST_F(Video, RefusesWhatMakesNoSense) {
  expect_refused(render("a.avi"), 2, "only .mp4, .mov, .mkv, .webm and .png files can be written");
  expect_refused(render("a.mp4", {"--rows", "2"}), 2, "a video has none");
  expect_refused(render("a.png", {"--fps", "30"}), 2, "it is for a video");
  expect_refused(render("a.png", {"--no-flash-limiter"}), 2, "it is for a video");
  expect_refused(render("a.mp4", {"--fps", "0"}), 2, "--fps");
  expect_refused(render("a.mp4", {"--width", "321"}), 1, "both sides must be even");
  expect_refused(render("a.mp4", {"--start", "100"}), 1, "the song ends after");
  expect_refused(render("no/a.mp4"), 1, "cannot write");
}

TEST_F(Video, AStillOfOddSidesIsAPicture) {
  EXPECT_EQ(run(render("a.png", {"--columns", "1", "--rows", "1", "--width", "33", "--height", "17"})).status, 0);
  EXPECT_TRUE(read_file(folder_ / "a.png").starts_with("\x89PNG"));
}

}  // namespace
}  // namespace fractalsync
