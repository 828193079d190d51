#include "support/program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace fractalsync::test {
namespace {

// Sanitizers make programs many times slower.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::chrono::minutes kLongest{20};
#else
constexpr std::chrono::minutes kLongest{2};
#endif
constexpr unsigned kNobody = 65534;

/// Becomes the program. Between fork and exec, so: system calls only.
[[noreturn]] void become(char* const* words, const char* place, RunAs who, int out, int err) {
  const int in = ::open("/dev/null", O_RDONLY);
  const bool wired =
      ::dup2(in, STDIN_FILENO) >= 0 && ::dup2(out, STDOUT_FILENO) >= 0 && ::dup2(err, STDERR_FILENO) >= 0;
  const bool placed = ::chdir(place) == 0;
  const bool ordinary = who == RunAs::me || ::geteuid() != 0 ||
                        (::setresgid(kNobody, kNobody, kNobody) == 0 && ::setresuid(kNobody, kNobody, kNobody) == 0);
  if (wired && placed && ordinary) ::execv(words[0], words);
  ::_exit(127);
}

std::string content(const Descriptor& file) {
  std::string text(static_cast<std::size_t>(::lseek(file.get(), 0, SEEK_END)), '\0');
  const ssize_t got = ::pread(file.get(), text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

}  // namespace

std::vector<std::string> Finished::error_lines() const {
  std::vector<std::string> lines;
  std::istringstream text(err);
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

Program::Program(const std::vector<std::string>& words, const std::filesystem::path& place, RunAs who)
    : out_(::memfd_create("stdout", MFD_CLOEXEC)), err_(::memfd_create("stderr", MFD_CLOEXEC)) {
  // Both ends of a memory file share their position: appending keeps our looking from moving its writing.
  for (const Descriptor* file : {&out_, &err_})
    if (!file->valid() || ::fcntl(file->get(), F_SETFL, O_APPEND) != 0) throw std::runtime_error("no memory file");
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ == 0) become(arguments.data(), place.c_str(), who, out_.get(), err_.get());
  if (pid_ < 0) throw std::runtime_error("cannot start " + words.at(0));
}

Program::~Program() {
  if (ended_) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Program::send(int signal) const {
  if (!ended_) ::kill(pid_, signal);
}

bool Program::ended() {
  if (!ended_) ended_ = ::waitpid(pid_, &raw_status_, WNOHANG) == pid_;
  return ended_;
}

std::string Program::said() const { return content(err_); }
std::string Program::printed() const { return content(out_); }

Finished Program::wait() {
  const auto deadline = std::chrono::steady_clock::now() + kLongest;
  while (!ended()) {
    if (std::chrono::steady_clock::now() > deadline) {
      send(SIGKILL);
      throw std::runtime_error("the program did not end; so far: " + said());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const int status = WIFEXITED(raw_status_) ? WEXITSTATUS(raw_status_) : 128 + WTERMSIG(raw_status_);
  return {status, content(out_), content(err_)};
}

std::string fractalsync_program() { return FRACTALSYNC_PROGRAM; }

}  // namespace fractalsync::test
