#include "workshop.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "support/random.h"
#include "support/sounds.h"

namespace fractalsync::test {

namespace fs = std::filesystem;

std::vector<float> music(std::uint64_t seed, int rate, double seconds) {
  std::vector<float> samples;
  const auto count = static_cast<std::int64_t>(seconds * rate);
  const std::vector<float> noise = random_floats(seed, count, -1, 1);
  double phase = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const double t = static_cast<double>(i) / rate;
    phase += (500 + 300 * std::sin(2 * t + static_cast<double>(seed))) / rate;
    const double beat = std::exp(-6 * std::fmod(t, 0.5)), hiss = 0.1 * (1 + std::sin(1.3 * t));
    samples.push_back(static_cast<float>(0.3 * (0.2 + beat) * std::sin(2 * std::numbers::pi * phase) +
                                         hiss * noise[static_cast<std::size_t>(i)]));
  }
  return samples;
}

Workshop::Workshop() : program_(fractalsync_program()) {}

void Workshop::make_music(const std::string& folder, int count) {
  static const char* const kNames[] = {"one", "two", "three", "four", "five", "six"};
  fs::create_directories(folder_ / folder);
  for (int k = 0; k < count; ++k)
    write_sound(folder_ / folder / (std::string(kNames[k]) + ".wav"), SoundFormat::wav_int16, 22050, 1,
                music(static_cast<std::uint64_t>(k), 22050, 4));
}

Words Workshop::command(const Words& arguments) const {
  Words words = {program_};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

Finished Workshop::run(const Words& arguments, RunAs who) const {
  Words words = command(arguments);
  // The commands have the option; a command line without a command has not.
  if (!arguments.empty() && arguments[0] != "devices" && arguments[0][0] != '-' &&
      std::find(words.begin(), words.end(), "--log-level") == words.end())
    words.insert(words.end(), {"--log-level", "warn"});
  return Program(words, folder_.path(), who).wait();
}

Words Workshop::small_training(const std::string& folder, const Words& more) {
  const std::vector<std::pair<std::string, std::string>> small = {
      {"--epochs", "1"},     {"--hidden", "8"},        {"--image-side", "16"},
      {"--iterations", "8"}, {"--batch-size", "64"},   {"--sequence-length", "32"},
      {"--threads", "1"},    {"--cache-dir", "cache"}, {"--save-dir", "out"}};
  Words words = {"train", "--data-dir", folder};
  for (const auto& [name, value] : small)
    if (std::find(more.begin(), more.end(), name) == more.end()) words.insert(words.end(), {name, value});
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::set<std::string> Workshop::paths() const {
  std::set<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder_.path()))
    found.insert(entry.path().lexically_relative(folder_.path()).string());
  std::erase_if(found, [](const std::string& path) { return path.starts_with("cache"); });
  return found;
}

void Workshop::expect_refused(const Words& arguments, int status, const std::string& why, RunAs who) const {
  std::string line;
  for (const std::string& word : arguments) line += word + " ";
  SCOPED_TRACE(line);
  const std::set<std::string> before = paths();
  const Finished run = this->run(arguments, who);
  EXPECT_EQ(run.status, status) << run.err;
  EXPECT_EQ(run.out, "");
  const std::vector<std::string> lines = run.error_lines();
  ASSERT_EQ(lines.size(), 1u) << run.err;
  EXPECT_TRUE(lines[0].starts_with("fractalsync: ")) << lines[0];
  EXPECT_NE(lines[0].find(why), std::string::npos) << lines[0];
  // The words of libraries and of broken promises, which say nothing to a user.
  for (const char* const jargon : {"exception", "std::", "filesystem error", ".cpp", "check failed", "what()"})
    EXPECT_EQ(lines[0].find(jargon), std::string::npos) << lines[0];
  EXPECT_EQ(paths(), before) << "it left something behind";
}

}  // namespace fractalsync::test
