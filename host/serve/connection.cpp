#include "host/serve/connection.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "host/serve/request_head.h"

namespace fractalsync::serve {
namespace {

constexpr std::chrono::seconds kLingering{3};
constexpr std::int64_t kLingeringBytes = std::int64_t{32} << 20;

Descriptor make_signal() {
  Descriptor signal(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!signal.valid()) throw Error("cannot make an event file; are too many files open?");
  return signal;
}

void raise(const Descriptor& signal) {
  const std::uint64_t one = 1;
  // It can only fail when it is raised already.
  [[maybe_unused]] const ssize_t written = ::write(signal.get(), &one, sizeof one);
}

bool raised(const Descriptor& signal) {
  pollfd waiting{signal.get(), POLLIN, 0};
  return ::poll(&waiting, 1, 0) > 0;
}

}  // namespace

StopSignal::StopSignal() : closing_(make_signal()), aborting_(make_signal()) {}
void StopSignal::close() { raise(closing_); }
void StopSignal::abort() { raise(aborting_); }
bool StopSignal::closing() const { return raised(closing_); }

bool Connection::wait(short events, Clock::time_point deadline, int until) const {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd waiting[] = {{socket_, events, 0}, {until, POLLIN, 0}};
    const int ready = ::poll(waiting, 2, static_cast<int>(std::min<std::int64_t>(left + 1, 60000)));
    if (ready < 0 && errno != EINTR) return false;
    if (ready <= 0) continue;
    if (waiting[1].revents != 0) return false;
    return true;
  }
}

/// Takes what is there; false at the end of the stream.
bool Connection::receive() {
  char bytes[16384];
  for (;;) {
    const ssize_t got = ::recv(socket_, bytes, sizeof bytes, MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return true;
    if (got <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(got));
    return true;
  }
}

std::optional<std::string> Connection::read_head() {
  if (buffer_.empty() && (!wait(POLLIN, Clock::now() + patience_.idle, stop_.closing_fd()) || !receive()))
    return std::nullopt;
  const auto deadline = Clock::now() + patience_.head;
  for (std::size_t searched = 0;;) {
    // An empty line or two may stand before a request (RFC 9112, section 2.2).
    while (buffer_.starts_with("\r\n")) buffer_.erase(0, 2);
    const std::size_t end = buffer_.find("\r\n\r\n", searched);
    if (end != std::string::npos && end + 4 <= kLargestHead) {
      std::string head = buffer_.substr(0, end + 4);
      buffer_.erase(0, end + 4);
      return head;
    }
    if (buffer_.size() >= kLargestHead) throw HttpError(431, "the request's head is too large");
    searched = buffer_.size() < 3 ? 0 : buffer_.size() - 3;
    if (!wait(POLLIN, deadline, stop_.aborting_fd())) {
      if (buffer_.empty()) return std::nullopt;
      throw HttpError(408, "the request took too long to arrive");
    }
    if (!receive()) return std::nullopt;
  }
}

void Connection::start_pace() {
  waited_ = {};
  pace_bytes_ = 0;
}

bool Connection::wait_in_pace(short events) {
  const auto allowed = patience_.grace + std::chrono::milliseconds(1000 * pace_bytes_ / patience_.pace);
  const auto begin = Clock::now();
  const bool ready = wait(events, begin + allowed - waited_, stop_.aborting_fd());
  waited_ += Clock::now() - begin;
  return ready;
}

std::size_t Connection::read(char* bytes, std::size_t size) {
  while (buffer_.empty()) {
    if (!wait_in_pace(POLLIN)) throw HttpError(408, "the request's body took too long to arrive");
    if (!receive()) throw HttpError(400, "the request's body breaks off");
  }
  const std::size_t count = std::min(size, buffer_.size());
  buffer_.copy(bytes, count);
  buffer_.erase(0, count);
  pace_bytes_ += static_cast<std::int64_t>(count);
  return count;
}

bool Connection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) return false;
    if (sent < 0) {
      if (!wait_in_pace(POLLOUT)) return false;
      continue;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
    pace_bytes_ += sent;
  }
  return true;
}

bool Connection::alive() const {
  char byte;
  const ssize_t got = ::recv(socket_, &byte, 1, MSG_DONTWAIT | MSG_PEEK);
  return got > 0 || (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR));
}

void Connection::linger() {
  ::shutdown(socket_, SHUT_WR);
  const auto deadline = Clock::now() + kLingering;
  char bytes[16384];
  for (std::int64_t dropped = 0; dropped < kLingeringBytes;) {
    if (!wait(POLLIN, deadline, stop_.closing_fd())) return;
    const ssize_t got = ::recv(socket_, bytes, sizeof bytes, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) return;
    dropped += std::max<ssize_t>(got, 0);
  }
}

}  // namespace fractalsync::serve
