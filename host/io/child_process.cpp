#include "host/io/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace fractalsync {
namespace {

constexpr std::size_t kLongestComplaint = 300;

[[noreturn]] void fail(const std::string& program, int error) {
  throw Error("cannot run the program '" + program + "': " + std::strerror(error));
}

/// What the child does between fork and exec.
struct SpawnPlan {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;

  /// `input` below 0: nothing to read.
  SpawnPlan(int input, int output, int errors) {
    posix_spawn_file_actions_init(&actions);
    if (input < 0)
      posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    else
      posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
    // Even when this process blocks signals or ignores SIGPIPE (as a server does), the child dies of a pipe that
    // nobody reads.
    sigset_t none, pipe;
    sigemptyset(&none);
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &pipe);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnPlan() {
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
};

/// Waits for the child to end. Returns its status; -1 if it cannot be had.
int reap(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return status;
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& argv, ChildInput input) : name_(argv.at(0)) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail(name_, errno);
  output_ = Descriptor(ends[0]);
  const Descriptor its_output(ends[1]);
  Descriptor its_input;
  if (input == ChildInput::ours) {
    // Not a pipe: what is sent to a socket that nobody reads can be refused without a signal.
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fail(name_, errno);
    input_ = Descriptor(ends[0]);
    its_input = Descriptor(ends[1]);
    if (::shutdown(its_input.get(), SHUT_WR) != 0) fail(name_, errno);
  }
  // A file in memory never blocks the writer, as a second pipe could.
  errors_ = Descriptor(::memfd_create("stderr", MFD_CLOEXEC));
  if (!errors_.valid()) fail(name_, errno);

  std::vector<char*> arguments;
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const SpawnPlan plan(its_input.get(), its_output.get(), errors_.get());
  const int error = ::posix_spawnp(&pid_, arguments[0], &plan.actions, &plan.attributes, arguments.data(), environ);
  if (error == 0) return;
  pid_ = -1;
  if (error == ENOENT || error == EACCES || error == ENOTDIR) throw NoSuchProgram(name_);
  fail(name_, error);
}

ChildProcess::~ChildProcess() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  reap(pid_);
}

std::int64_t ChildProcess::read(View<char> bytes) {
  std::int64_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = ::read(output_.get(), bytes.data() + filled, static_cast<std::size_t>(bytes.size() - filled));
    if (got < 0) {
      if (errno == EINTR) continue;
      throw Error("cannot read what the program '" + name_ + "' writes: " + std::strerror(errno));
    }
    if (got == 0) break;
    filled += got;
  }
  return filled;
}

bool ChildProcess::write(View<const char> bytes) {
  FS_CHECK(input_.valid());
  for (std::int64_t sent = 0; sent < bytes.size();) {
    const ssize_t some =
        ::send(input_.get(), bytes.data() + sent, static_cast<std::size_t>(bytes.size() - sent), MSG_NOSIGNAL);
    if (some >= 0) {
      sent += some;
    } else if (errno == EPIPE || errno == ECONNRESET) {
      return false;
    } else if (errno != EINTR) {
      throw Error("cannot hand anything to the program '" + name_ + "': " + std::strerror(errno));
    }
  }
  return true;
}

bool ChildProcess::succeeded() {
  FS_CHECK(pid_ >= 0);
  input_.reset();
  output_.reset();
  const int status = reap(std::exchange(pid_, -1));
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::string ChildProcess::errors_from(std::int64_t offset) const {
  std::string text(kLongestComplaint, '\0');
  const ssize_t got = ::pread(errors_.get(), text.data(), text.size(), offset);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::string ChildProcess::last_words() const {
  struct stat status {};
  ::fstat(errors_.get(), &status);
  const auto longest = static_cast<std::int64_t>(kLongestComplaint);
  const std::string text = errors_from(std::max<std::int64_t>(0, status.st_size - longest));
  std::string line;
  for (const char c : text.substr(text.rfind('\n') + 1))
    if (static_cast<unsigned char>(c) >= ' ') line += c;
  return line;
}

std::string ChildProcess::complaint() const {
  const std::string text = errors_from(0);
  std::string line;
  for (const char c : text) {
    if (c == '\n')
      line += "; ";
    else if (static_cast<unsigned char>(c) >= ' ')
      line += c;
  }
  return line;
}

}  // namespace fractalsync
