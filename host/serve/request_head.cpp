#include "host/serve/request_head.h"

#include <algorithm>
#include <array>

namespace fractalsync::serve {
namespace {

constexpr std::array<std::string_view, 7> kMethods = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

constexpr std::array<std::string_view, 9> kSingular = {
    "host",  "content-length", "transfer-encoding", "content-type", "content-encoding", "authorization", "origin",
    "range", "expect"};

[[noreturn]] void malformed(const char* what) { throw HttpError(400, std::string("malformed request: ") + what); }

char lower_letter(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// RFC 9110, section 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (lower_letter(c) >= 'a' && lower_letter(c) <= 'z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

bool is_field_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto code = static_cast<unsigned char>(c);
    return c == '\t' || (code >= 0x20 && code != 0x7f);
  });
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Takes the next line, without its CRLF, from the front.
std::string_view next_line(std::string_view& bytes) {
  const std::size_t end = bytes.find("\r\n");
  if (end == std::string_view::npos) malformed("a line does not end in CR LF");
  const std::string_view line = bytes.substr(0, end);
  if (line.find_first_of("\r\n") != std::string_view::npos) malformed("a line feed or carriage return within a line");
  bytes.remove_prefix(end + 2);
  return line;
}

void parse_request_line(std::string_view line, RequestHead& head) {
  const std::size_t first = line.find(' '), last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) malformed("the first line is not METHOD TARGET VERSION");
  const std::string_view method = line.substr(0, first), target = line.substr(first + 1, last - first - 1),
                         version = line.substr(last + 1);
  if (!is_token(method)) malformed("the method is no word");
  if (version != "HTTP/1.1" && version != "HTTP/1.0")
    throw HttpError(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
  if (target.size() > kLongestTarget) throw HttpError(414, "the address is too long");
  if (target.empty() || target.front() != '/' ||
      !std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < 0x7f && c != '#' && c != '\\'; }))
    malformed("the address is not a path");
  if (std::find(kMethods.begin(), kMethods.end(), method) == kMethods.end())
    throw HttpError(405, "no such method is known here");
  head.method = method;
  const std::size_t question = target.find('?');
  head.path = target.substr(0, question);
  if (question != std::string_view::npos) head.query = target.substr(question + 1);
  head.keep_alive = version == "HTTP/1.1";
}

void parse_field(std::string_view line, RequestHead& head) {
  if (head.fields.size() == kMostFields) throw HttpError(431, "the request has too many header fields");
  const std::size_t colon = line.find(':');
  // This refuses folded lines too, which begin with a blank.
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) malformed("a header field has no name");
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!is_field_text(value)) malformed("a header field holds a control character");
  const std::string name = lowered(line.substr(0, colon));
  const auto [at, first] = head.fields.emplace(name, value);
  if (first) return;
  // Whoever decides by one of these must not be able to see another value than the next reader does.
  if (std::find(kSingular.begin(), kSingular.end(), name) != kSingular.end())
    malformed("a header field is there twice");
  at->second += ", " + std::string(value);
}

std::int64_t parse_length(const std::string& text) {
  if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos)
    malformed("Content-Length is no length");
  return std::stoll(text);
}

void settle_body(RequestHead& head) {
  if (!head.field("content-encoding").empty() && lowered(head.field("content-encoding")) != "identity")
    throw HttpError(415, "compressed bodies are not taken");
  const bool length = head.fields.contains("content-length");
  if (head.fields.contains("transfer-encoding")) {
    if (length) malformed("both a length and a transfer coding");
    if (lowered(head.field("transfer-encoding")) != "chunked")
      throw HttpError(501, "no transfer coding but chunked is known here");
    head.chunked = true;
  } else if (length) {
    head.content_length = parse_length(head.field("content-length"));
  }
  if (head.has_body() && head.method != "POST" && head.method != "PUT" && head.method != "PATCH" &&
      head.method != "DELETE")
    malformed("a body where there can be none");
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = lower_letter(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    const bool whole = i + 2 < text.size();
    const int high = whole ? hex_value(text[i + 1]) : -1, low = whole ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) malformed("a percent sign without two hexadecimal digits");
    const int code = 16 * high + low;
    if (code < 0x20 || code == 0x7f) malformed("a control character in the address");
    result += static_cast<char>(code);
    i += 2;
  }
  return result;
}

}  // namespace

std::string lowered(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower_letter);
  return result;
}

RequestHead parse_request_head(std::string_view bytes) {
  if (bytes.size() > kLargestHead) throw HttpError(431, "the request's head is too large");
  RequestHead head;
  parse_request_line(next_line(bytes), head);
  for (std::string_view line = next_line(bytes); !line.empty(); line = next_line(bytes)) parse_field(line, head);
  if (!bytes.empty()) malformed("the head does not end where it should");
  if (head.keep_alive && !head.fields.contains("host")) malformed("it does not say which host it is for");
  const std::string connection = lowered(head.field("connection"));
  if (connection == "close") head.keep_alive = false;
  settle_body(head);
  return head;
}

std::vector<std::string> split_path(const std::string& path) {
  if (path.empty() || path.front() != '/') malformed("the address is not a path");
  std::vector<std::string> parts;
  for (std::size_t begin = 1;;) {
    const std::size_t end = path.find('/', begin);
    parts.push_back(percent_decoded(std::string_view(path).substr(begin, end - begin)));
    if (end == std::string::npos) return parts;
    begin = end + 1;
  }
}

}  // namespace fractalsync::serve
