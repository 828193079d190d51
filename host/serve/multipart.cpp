#include "host/serve/multipart.h"

#include <algorithm>

#include "host/serve/request_head.h"

namespace fractalsync::serve {
namespace {

constexpr std::size_t kLargestPartHead = 4096;
constexpr std::size_t kLargestPreamble = 4096;
constexpr std::size_t kLongestBoundary = 70;  // RFC 2046, section 5.1.1
constexpr int kMostParts = 256;

[[noreturn]] void malformed_form(const char* what) { throw HttpError(400, std::string("malformed form: ") + what); }

bool same_ignoring_case(std::string_view a, std::string_view b) { return lowered(a) == lowered(b); }

/// The value of a parameter (name="value" or name=value) of a header field. Browsers write a quotation mark within as
/// %22 (WHATWG HTML, "multipart/form-data encoding algorithm"), others as \".
std::string parameter(std::string_view field, std::string_view name) {
  std::size_t at = field.find(';');
  while (at != std::string_view::npos) {
    ++at;
    while (at < field.size() && (field[at] == ' ' || field[at] == '\t')) ++at;
    const std::size_t equals = field.find('=', at);
    if (equals == std::string_view::npos) return "";
    const bool wanted = same_ignoring_case(field.substr(at, equals - at), name);
    std::string value;
    at = equals + 1;
    if (at < field.size() && field[at] == '"') {
      for (++at; at < field.size() && field[at] != '"'; ++at) {
        if (field[at] == '\\' && at + 1 < field.size() && (field[at + 1] == '"' || field[at + 1] == '\\')) ++at;
        value += field[at];
      }
    } else {
      const std::size_t end = std::min(field.find(';', at), field.size());
      value = field.substr(at, end - at);
      while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.pop_back();
    }
    if (wanted) return value;
    at = field.find(';', at);
  }
  return "";
}

}  // namespace

std::string multipart_boundary(const std::string& content_type) {
  const std::string_view type = std::string_view(content_type).substr(0, content_type.find(';'));
  if (!same_ignoring_case(type.substr(0, type.find_last_not_of(" \t") + 1), "multipart/form-data"))
    throw HttpError(415, "this takes a form with files (multipart/form-data)");
  std::string boundary = parameter(content_type, "boundary");
  if (boundary.empty() || boundary.size() > kLongestBoundary) malformed_form("it has no usable boundary");
  return boundary;
}

void MultipartParser::feed(std::string_view bytes) {
  buffer_.append(bytes);
  while (advance()) {
  }
}

void MultipartParser::finish() const {
  if (state_ != State::epilogue) malformed_form("it breaks off before its last boundary");
}

/// Understands some more of the buffer; false when it takes more bytes to go on.
bool MultipartParser::advance() {
  switch (state_) {
    case State::preamble: {
      const std::size_t at = buffer_.find(delimiter_);
      if (at == std::string::npos) {
        if (buffer_.size() > kLargestPreamble) malformed_form("it does not begin with its boundary");
        return false;
      }
      buffer_.erase(0, at + delimiter_.size());
      state_ = State::after_delimiter;
      return true;
    }
    case State::after_delimiter: {
      if (buffer_.size() < 2) return false;
      if (buffer_.starts_with("--"))
        state_ = State::epilogue;
      else if (buffer_.starts_with("\r\n"))
        state_ = State::part_head;
      else
        malformed_form("something else follows a boundary");
      if (state_ == State::epilogue) buffer_.clear();
      return true;
    }
    case State::part_head: {
      const std::size_t end = buffer_.find("\r\n\r\n");
      if (std::min(end, buffer_.size()) > kLargestPartHead) malformed_form("the head of a part is too large");
      if (end == std::string::npos) return false;
      begin_part(std::string_view(buffer_).substr(0, end));
      buffer_.erase(0, end + 4);
      state_ = State::part_data;
      return true;
    }
    case State::part_data: {
      const std::size_t at = buffer_.find(delimiter_);
      // The last bytes may be the beginning of a delimiter.
      const std::size_t certain =
          at != std::string::npos ? at : buffer_.size() - std::min(buffer_.size(), delimiter_.size() - 1);
      if (certain > 0) data_(std::string_view(buffer_).substr(0, certain));
      if (at == std::string::npos) {
        buffer_.erase(0, certain);
        return false;
      }
      end_();
      buffer_.erase(0, at + delimiter_.size());
      state_ = State::after_delimiter;
      return true;
    }
    case State::epilogue:
      buffer_.clear();
      return false;
  }
  return false;
}

void MultipartParser::begin_part(std::string_view head) {
  if (++parts_ > kMostParts) malformed_form("it has too many parts");
  FormPart part;
  bool found = false;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !same_ignoring_case(line.substr(0, colon), "content-disposition")) continue;
    part = {parameter(line, "name"), parameter(line, "filename")};
    found = true;
  }
  if (!found) malformed_form("a part has no Content-Disposition");
  begin_(part);
}

}  // namespace fractalsync::serve
