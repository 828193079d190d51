// A server of our own in this process, on a free port, with small limits and folders that go with the test.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <thread>

#include "host/serve/server.h"
#include "serve/client.h"
#include "support/compare.h"

namespace fractalsync::test {

class Serving : public testing::Test {
 protected:
  Serving();
  ~Serving() override;

  /// Starts it, with `options_` as they are by then.
  void serve();
  void stop();

  /// Three files of music in the music folder.
  void make_music();
  /// A small training's request, for which `more` has further members (", \"epochs\": 3").
  static std::string small_training(const std::string& more = "");
  /// Waits until the status is none of "training"; the status then. Fails after a minute.
  nlohmann::ordered_json trained();
  nlohmann::ordered_json status() { return request(port_, "GET", "/api/train/status").json(); }
  std::filesystem::path data() const { return folder_ / "data/audio"; }

  const TemporaryFolder folder_;
  serve::ServeOptions options_;
  std::optional<serve::Server> server_;
  int port_ = 0;

 private:
  std::thread thread_;
};

}  // namespace fractalsync::test
