// The program `fractalsync serve` as a process: its end by Ctrl-C and by a SIGKILL, and many clients while it trains.
#include <signal.h>

#include <atomic>
#include <optional>
#include <thread>

#include "end_to_end/workshop.h"
#include "host/io/atomic_file.h"
#include "serve/client.h"

namespace fractalsync {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::Client;
using test::Finished;
using test::Program;
using test::Reply;
using test::request;
using test::Words;
using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

class Served : public test::Workshop {
 protected:
  void SetUp() override { make_music("data/audio", 3); }

  /// Starts the server on a free port and waits until it answers.
  void serve(const Words& more = {}) {
    Words words = {"serve", "--port", "0", "--threads", "1", "--log-level", "warn"};
    words.insert(words.end(), more.begin(), more.end());
    program_.emplace(command(words), folder_.path());
    const auto deadline = Clock::now() + 30s;
    for (std::string said; port_ == 0 && Clock::now() < deadline; std::this_thread::sleep_for(10ms)) {
      said = program_->printed();
      if (const std::size_t at = said.find("127.0.0.1:");
          at != std::string::npos && said.find(' ', at) != std::string::npos)
        port_ = std::stoi(said.substr(at + 10));
      if (program_->ended()) break;
    }
    ASSERT_NE(port_, 0) << program_->said();
  }
  Finished end(int signal) {
    program_->send(signal);
    const Finished finished = program_->wait();
    program_.reset();
    port_ = 0;
    return finished;
  }
  Json status() const { return request(port_, "GET", "/api/train/status").json(); }
  template <class Enough>
  Json wait_for(Enough&& enough) const {
    const auto deadline = Clock::now() + 90s;
    for (;;) {
      Json now = status();
      if (enough(now)) return now;
      if (Clock::now() > deadline) {
        ADD_FAILURE() << "it never came: " << now.dump();
        return now;
      }
      std::this_thread::sleep_for(20ms);
    }
  }
  Json completed() const {
    return wait_for([](const Json& now) { return now["status"] != "training"; });
  }
  std::string start(int epochs) const {
    const Reply reply = test::post_json(
        port_, "/api/train/start",
        R"({"data_dir": "data/audio", "hidden": [64, 16], "dropout": 0.1, "image_side": 16, "iterations": 8,)"
        R"( "batch_size": 64, "sequence_length": 32, "save_every": 3, "epochs": )" +
            std::to_string(epochs) + "}");
    EXPECT_EQ(reply.status, 200) << reply.body;
    return status()["run"];
  }

  std::optional<Program> program_;
  int port_ = 0;
};

constexpr int kEpochs = 60;

TEST_F(Served, KilledInTheMiddleItOffersToResumeAndEndsWithTheSameBytes) {
  serve();
  const std::string unbroken = start(kEpochs);
  EXPECT_EQ(completed()["status"], "completed");
  std::this_thread::sleep_for(1100ms);  // runs are named by the second
  const std::string broken = start(kEpochs);
  wait_for([](const Json& now) { return now["current_epoch"].get<int>() > 7; });
  EXPECT_EQ(end(SIGKILL).status, 128 + SIGKILL);
  serve();
  const Json found = status();
  EXPECT_EQ(found["status"], "idle");
  ASSERT_EQ(found["resumable"]["run"], broken) << found.dump();
  EXPECT_GE(found["resumable"]["epoch"].get<int>(), 3);
  EXPECT_EQ(found["resumable"]["total_epochs"], kEpochs);
  ASSERT_EQ(test::post_json(port_, "/api/train/resume", "{}").status, 200);
  const Json done = completed();
  EXPECT_EQ(done["status"], "completed") << done.dump();
  EXPECT_EQ(done["run"], broken);
  EXPECT_EQ(done["resumable"], nullptr);
  EXPECT_EQ(done["loss_history"].size(), static_cast<std::size_t>(kEpochs));
  for (const char* file : {"best.ckpt", "training_history.json"})
    EXPECT_TRUE(read_file(folder_ / ("checkpoints/" + unbroken) / file) ==
                read_file(folder_ / ("checkpoints/" + broken) / file))
        << file << " differs";
  EXPECT_EQ(end(SIGTERM).status, 0);
}

TEST_F(Served, CtrlCSavesTheTrainingAndFinishesItsAnswers) {
  serve();
  const std::string run = start(100000);
  wait_for([](const Json& now) { return now["done_steps"].get<int>() > 0; });
  Client stream(port_);
  stream.send("GET /api/train/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  stream.receive(10s, [](const std::string& got) { return got.find("event: status") != std::string::npos; });
  program_->send(SIGINT);
  EXPECT_TRUE(stream.receive(20s, [](const std::string&) { return false; }).ends_with("0\r\n\r\n"));
  const Finished finished = program_->wait();
  EXPECT_EQ(finished.status, 0) << finished.err;
  EXPECT_TRUE(fs::exists(folder_ / ("checkpoints/" + run) / "interrupted.ckpt"));
  port_ = 0;
  serve();
  EXPECT_EQ(status()["resumable"]["run"], run);
}

TEST_F(Served, RefusesToServeOthersWithoutAToken) {
  expect_refused({"serve", "--host", "0.0.0.0", "--port", "0", "--log-level", "warn"}, 1, "needs a --token");
  expect_refused({"serve", "--port", "99999"}, 2, "--port");
}

TEST_F(Served, OneServerPerFolderOfRuns) {
  serve();
  expect_refused({"serve", "--port", "0", "--log-level", "warn"}, 1, "another fractalsync serve saves its runs");
}

/// Many clients at once while it trains: each gets its answers, none waits for long. What they cost the training is for
/// docs/serve.md to say, not for a test that shares its machine.
TEST_F(Served, SixtyFourStreamsAndThirtyTwoPollersAllGetTheirShare) {
  constexpr int kStreams = 64, kPollers = 32;
  serve();
  start(100000);
  wait_for([](const Json& now) { return now["done_steps"].get<int>() > 0; });
  const std::int64_t before = status()["done_steps"];
  std::atomic<int> failures{0}, starved{0};
  std::atomic<std::int64_t> slowest_ms{0};
  const auto end_of_load = Clock::now() + 6s;
  std::vector<std::thread> clients;
  for (int i = 0; i < kStreams; ++i)
    clients.emplace_back([&] {
      Client client(port_);
      client.send("GET /api/train/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
      const std::string& all =
          client.receive(std::chrono::duration_cast<std::chrono::milliseconds>(end_of_load - Clock::now()),
                         [](const std::string&) { return false; });
      if (!all.starts_with("HTTP/1.1 200")) ++failures;
      int events = 0;
      for (std::size_t at = 0; (at = all.find("event: status", at)) != std::string::npos; ++at) ++events;
      if (events < 3) ++starved;
    });
  for (int i = 0; i < kPollers; ++i)
    clients.emplace_back([&] {
      int answers = 0;
      while (Clock::now() < end_of_load) {
        const auto begin = Clock::now();
        if (request(port_, "GET", "/api/train/status").status != 200) ++failures;
        ++answers;
        const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin).count();
        for (std::int64_t seen = slowest_ms; took > seen && !slowest_ms.compare_exchange_weak(seen, took);) {
        }
        std::this_thread::sleep_for(200ms);
      }
      if (answers < 3) ++starved;
    });
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(starved, 0);
  EXPECT_LT(slowest_ms, 5000) << "generous, for a machine with other work";
  EXPECT_GT(status()["done_steps"].get<std::int64_t>(), before) << "and the training goes on";
}

}  // namespace
}  // namespace fractalsync
