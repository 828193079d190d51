// multipart/form-data (RFC 7578) as it arrives: parts are handed on piece by piece, and memory does not grow with them.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "host/serve/http.h"

namespace fractalsync::serve {

struct FormPart {
  std::string name;
  std::string filename;  ///< as sent: text for people, never a path
};

/// The boundary that a Content-Type names. Throws HttpError(415) when the type is another one, 400 without a boundary.
std::string multipart_boundary(const std::string& content_type);

class MultipartParser {
 public:
  using Begin = std::function<void(const FormPart&)>;
  using Data = std::function<void(std::string_view)>;
  using End = std::function<void()>;

  /// For each part: `begin`, any number of `data`, `end`.
  MultipartParser(const std::string& boundary, Begin begin, Data data, End end)
      : delimiter_("\r\n--" + boundary), begin_(std::move(begin)), data_(std::move(data)), end_(std::move(end)) {}

  /// Throws HttpError(400) when it is malformed, a part's head is too large, or there are too many parts.
  void feed(std::string_view bytes);
  /// After the last byte. Throws HttpError(400) when the last boundary is missing.
  void finish() const;

 private:
  enum class State { preamble, after_delimiter, part_head, part_data, epilogue };

  bool advance();
  void begin_part(std::string_view head);

  std::string delimiter_;
  Begin begin_;
  Data data_;
  End end_;
  State state_ = State::preamble;
  std::string buffer_ = "\r\n";  ///< not yet understood; the first delimiter may stand at the very start
  int parts_ = 0;
};

}  // namespace fractalsync::serve
