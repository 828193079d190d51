#include "core/check.h"

#include <cstdio>

namespace fractalsync::detail {

void append_text(std::string& to, std::string_view text) { to += text; }
void append_signed(std::string& to, long long value) { to += std::to_string(value); }
void append_unsigned(std::string& to, unsigned long long value) { to += std::to_string(value); }
void append_floating(std::string& to, double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  to += text;
}

void check_failed(const char* file, int line, std::string_view what) {
  throw CheckFailure(concat(file, ':', line, ": ", what));
}

}  // namespace fractalsync::detail
