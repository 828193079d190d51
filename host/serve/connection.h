// One client's socket. Every wait has an end: a head must be there within seconds of its first byte, a body and an
// answer must keep a pace, and a server that stops wakes everybody.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "host/io/descriptor.h"
#include "host/serve/http.h"

namespace fractalsync::serve {

struct Patience {
  std::chrono::milliseconds idle{15000};   ///< between two requests
  std::chrono::milliseconds head{10000};   ///< from a request's first byte to the end of its head
  std::chrono::milliseconds grace{20000};  ///< of a body, and of an answer, before the pace counts
  std::int64_t pace = 16384;               ///< bytes per second, on average, from then on
};

/// Two signals from the server to all that wait, as files that become readable: `closing` ends idle connections and
/// streams, `aborting` everything.
class StopSignal {
 public:
  StopSignal();
  void close();
  void abort();
  bool closing() const;
  int closing_fd() const { return closing_.get(); }
  int aborting_fd() const { return aborting_.get(); }

 private:
  Descriptor closing_, aborting_;
};

class Connection {
 public:
  Connection(int socket, const Patience& patience, const StopSignal& stop)
      : socket_(socket), patience_(patience), stop_(stop) {}

  /// The bytes of the next head, its empty line included; nothing when the client is done, silent for too long, or the
  /// server stops. Throws HttpError: 408 when it takes too long, 431 when it is too large.
  std::optional<std::string> read_head();

  /// Begins to count time and bytes for a body, or for an answer.
  void start_pace();
  /// At least one byte, at most `size`. Throws HttpError: 408 when the pace is too slow, 400 at the end of the stream.
  std::size_t read(char* bytes, std::size_t size);
  /// False when the client is gone, does not read, or the server aborts.
  bool write(std::string_view bytes);
  /// Is the client still there, as far as can be seen?
  bool alive() const;

  /// The end of an answer to a client that may still be sending: says that nothing more comes, then throws away what
  /// arrives for a moment, since closing at once would destroy the answer on its way (RFC 9112, section 9.6).
  void linger();

  int socket() const { return socket_; }

 private:
  using Clock = std::chrono::steady_clock;

  /// Waits until the socket is ready for `events`; false at the deadline or when `until` becomes readable.
  bool wait(short events, Clock::time_point deadline, int until) const;
  /// Waits as long as the pace allows.
  bool wait_in_pace(short events);
  bool receive();

  int socket_;
  const Patience& patience_;
  const StopSignal& stop_;
  std::string buffer_;        ///< received and not yet taken
  Clock::duration waited_{};  ///< since start_pace: time that the client took, not that we did
  std::int64_t pace_bytes_ = 0;
};

}  // namespace fractalsync::serve
