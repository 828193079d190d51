// Errors. `Error` is what a person may read as it is: one sentence. FS_CHECK guards the program's own
// promises and names the place and the expression.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace fractalsync {

/// Something the user can understand and act on: one sentence, no source position.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A broken promise between parts of the program.
class CheckFailure : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

namespace detail {

template <class... Parts>
std::string concat(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return out.str();
}

[[noreturn]] inline void check_failed(const char* file, int line, const std::string& what) {
  throw CheckFailure(concat(file, ':', line, ": ", what));
}

}  // namespace detail
}  // namespace fractalsync

/// Throws CheckFailure unless `condition` holds.
#define FS_CHECK(condition)                                                                \
  do {                                                                                     \
    if (!(condition))                                                                      \
      ::fractalsync::detail::check_failed(__FILE__, __LINE__, "check failed: " #condition); \
  } while (false)

/// Throws CheckFailure unless both sides are equal, and says both values.
#define FS_CHECK_EQ(left, right)                                                               \
  do {                                                                                         \
    const auto fs_left = (left);                                                               \
    const auto fs_right = (right);                                                             \
    if (!(fs_left == fs_right))                                                                \
      ::fractalsync::detail::check_failed(                                                     \
          __FILE__, __LINE__,                                                                  \
          ::fractalsync::detail::concat("check failed: " #left " == " #right " (", fs_left,    \
                                        " against ", fs_right, ")"));                          \
  } while (false)
