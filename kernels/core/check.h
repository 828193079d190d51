// Errors. `Error` is what a person may read as it is: one sentence. FS_CHECK guards the program's own
// promises and names the place and the expression.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

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

// Out of line, and without streams: every file of the project includes this one.
void append_text(std::string& to, std::string_view text);
void append_signed(std::string& to, long long value);
void append_unsigned(std::string& to, unsigned long long value);
void append_floating(std::string& to, double value);  ///< six digits at most, as printf's %g

template <class Part>
void append(std::string& to, const Part& part) {
  if constexpr (std::is_same_v<Part, char>)
    append_text(to, {&part, 1});
  else if constexpr (std::is_floating_point_v<Part>)
    append_floating(to, part);
  else if constexpr (std::is_unsigned_v<Part>)
    append_unsigned(to, part);
  else if constexpr (std::is_convertible_v<Part, long long>)
    append_signed(to, part);
  else
    append_text(to, part);
}

/// Texts, characters and numbers, one after the other.
template <class... Parts>
std::string concat(const Parts&... parts) {
  std::string joined;
  (append(joined, parts), ...);
  return joined;
}

[[noreturn]] void check_failed(const char* file, int line, std::string_view what);

template <class Left, class Right>
[[noreturn]] void check_eq_failed(const char* file, int line, std::string_view what, const Left& left,
                                  const Right& right) {
  check_failed(file, line, concat(what, " (", left, " against ", right, ")"));
}

}  // namespace detail
}  // namespace fractalsync

/// Throws CheckFailure unless `condition` holds.
#define FS_CHECK(condition)                                                                                 \
  do {                                                                                                      \
    if (!(condition)) ::fractalsync::detail::check_failed(__FILE__, __LINE__, "check failed: " #condition); \
  } while (false)

/// Throws CheckFailure unless both sides are equal, and says both values.
#define FS_CHECK_EQ(left, right)                                                                                \
  do {                                                                                                          \
    const auto fs_left = (left);                                                                                \
    const auto fs_right = (right);                                                                              \
    if (!(fs_left == fs_right))                                                                                 \
      ::fractalsync::detail::check_eq_failed(__FILE__, __LINE__, "check failed: " #left " == " #right, fs_left, \
                                             fs_right);                                                         \
  } while (false)
