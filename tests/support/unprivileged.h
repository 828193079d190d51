// Tests of missing permissions: root has them all, so the body runs in a child process that has given them up.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <exception>
#include <functional>

namespace fractalsync::test {

/// What `body` returns when an ordinary user runs it; false too when it throws.
inline bool unprivileged(const std::function<bool()>& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr unsigned kNobody = 65534;
    bool good = ::geteuid() != 0 ||
                (::setresgid(kNobody, kNobody, kNobody) == 0 && ::setresuid(kNobody, kNobody, kNobody) == 0);
    try {
      good = good && body();
    } catch (const std::exception&) {
      good = false;
    }
    ::_exit(good ? 0 : 1);
  }
  int status = 1;
  return child > 0 && ::waitpid(child, &status, 0) == child && status == 0;
}

}  // namespace fractalsync::test
