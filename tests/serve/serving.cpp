#include "serve/serving.h"

#include <spdlog/spdlog.h>

#include "end_to_end/workshop.h"
#include "support/sounds.h"

namespace fractalsync::test {

Serving::Serving() {
  spdlog::set_level(spdlog::level::warn);
  options_.port = 0;
  options_.data_dir = data();
  options_.training.device = "cpu";
  options_.training.threads = 1;
  options_.training.save_dir = folder_ / "checkpoints";
  options_.training.model_dir = folder_ / "models";
  options_.training.cache = folder_ / "cache";
}

Serving::~Serving() { stop(); }

void Serving::serve() {
  server_.emplace(options_);
  port_ = server_->bind();
  thread_ = std::thread([this] { server_->run(); });
}

void Serving::stop() {
  if (!thread_.joinable()) return;
  server_->stop();
  thread_.join();
  server_.reset();
}

void Serving::make_music() {
  std::filesystem::create_directories(data());
  for (int k = 0; k < 3; ++k)
    write_sound(data() / (std::to_string(k) + ".wav"), SoundFormat::wav_int16, 22050, 1,
                music(static_cast<std::uint64_t>(k), 22050, 4));
}

std::string Serving::small_training(const std::string& more) {
  return R"({"data_dir": "audio", "hidden": [8], "image_side": 16, "iterations": 8, "batch_size": 64,)"
         R"( "sequence_length": 32)" +
         more + "}";
}

nlohmann::ordered_json Serving::trained() {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  for (;;) {
    nlohmann::ordered_json now = status();
    if (now["status"] != "training") return now;
    if (std::chrono::steady_clock::now() > deadline) {
      ADD_FAILURE() << "the training does not end: " << now.dump();
      return now;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace fractalsync::test
