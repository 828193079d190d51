#include "host/cli/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace fractalsync::cli {
namespace {

constexpr int kBarWidth = 24;

std::string duration(double seconds) {
  char text[32];
  const long long whole = std::llround(seconds);
  if (whole >= 3600)
    std::snprintf(text, sizeof text, "%lldh%02lldm", whole / 3600, whole / 60 % 60);
  else if (whole >= 60)
    std::snprintf(text, sizeof text, "%lldm%02llds", whole / 60, whole % 60);
  else
    std::snprintf(text, sizeof text, "%llds", whole);
  return text;
}

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 100;
}

}  // namespace

Progress::Progress(std::string title, std::string unit, bool visible)
    : title_(std::move(title)), unit_(std::move(unit)), visible_(visible), terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() { clear(); }

bool Progress::due() const {
  return visible_ && Clock::now() - last_ >= (terminal_ ? std::chrono::milliseconds(100) : std::chrono::seconds(10));
}

void Progress::update(std::int64_t done, std::int64_t total, std::int64_t before, const std::string& note) {
  if (!due()) return;
  last_ = Clock::now();
  const double elapsed = std::chrono::duration<double>(last_ - begin_).count();
  const double rate = static_cast<double>(done - before) / std::max(elapsed, 1e-9);
  const double share = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 1;
  char numbers[128];
  std::snprintf(numbers, sizeof numbers, "%3.0f%% %lld/%lld %s, %.*f/s, ", 100 * share, static_cast<long long>(done),
                static_cast<long long>(total), unit_.c_str(), rate < 10 ? 1 : 0, rate);
  std::string line = title_ + " ";
  if (terminal_) {
    const int filled = static_cast<int>(share * kBarWidth);
    line += "[" + std::string(static_cast<std::size_t>(filled), '#') +
            std::string(static_cast<std::size_t>(kBarWidth - filled), '.') + "] ";
  }
  line += numbers;
  line += rate > 0 ? duration(static_cast<double>(total - done) / rate) + " left" : "starting";
  if (!note.empty()) line += "  " + note;
  if (terminal_) {
    line.resize(std::min(line.size(), terminal_width() - 1));
    std::fprintf(stderr, "\r\x1b[K%s", line.c_str());
    drawn_ = true;
  } else {
    std::fprintf(stderr, "%s\n", line.c_str());
  }
  std::fflush(stderr);
}

void Progress::clear() {
  if (!drawn_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace fractalsync::cli
