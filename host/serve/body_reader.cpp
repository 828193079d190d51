#include "host/serve/body_reader.h"

#include <algorithm>

namespace fractalsync::serve {
namespace {

constexpr std::size_t kLongestChunkLine = 256;  ///< with extensions, which mean nothing here
constexpr int kMostTrailers = 16;

class ChunkReader {
 public:
  ChunkReader(std::int64_t limit, const ByteSource& source, const BodySink& sink)
      : limit_(limit), source_(source), sink_(sink) {}

  void run() {
    for (std::int64_t left = limit_;;) {
      const std::int64_t size = chunk_size(line());
      if (size == 0) break;
      if (size > left) throw HttpError(413, "the body is larger than is taken here");
      left -= size;
      pass_on(size);
      if (!line().empty()) malformed();
    }
    int trailers = 0;
    while (!line().empty())
      if (++trailers > kMostTrailers) malformed();
  }

  void pass_on(std::int64_t size) {
    char bytes[16384];
    while (size > 0) {
      const std::size_t got =
          source_(bytes, static_cast<std::size_t>(std::min<std::int64_t>(size, std::int64_t{sizeof bytes})));
      sink_({bytes, got});
      size -= static_cast<std::int64_t>(got);
    }
  }

 private:
  [[noreturn]] static void malformed() { throw HttpError(400, "malformed request: the body's chunks are broken"); }

  std::string line() {
    std::string text;
    while (!text.ends_with("\r\n")) {
      char byte;
      source_(&byte, 1);
      text += byte;
      if (text.size() > kLongestChunkLine || (byte == '\n' && !text.ends_with("\r\n"))) malformed();
    }
    text.resize(text.size() - 2);
    return text;
  }

  static std::int64_t chunk_size(const std::string& line) {
    const std::size_t digits = std::min(line.find_first_not_of("0123456789abcdefABCDEF"), line.size());
    if (digits == 0 || digits > 15 || (digits < line.size() && line[digits] != ';' && line[digits] != ' ')) malformed();
    return std::stoll(line.substr(0, digits), nullptr, 16);
  }

  std::int64_t limit_;
  const ByteSource& source_;
  const BodySink& sink_;
};

}  // namespace

void read_body(const RequestHead& head, std::int64_t limit, const ByteSource& source, const BodySink& sink) {
  ChunkReader reader(limit, source, sink);
  if (head.chunked)
    reader.run();
  else if (head.content_length > limit)
    throw HttpError(413, "the body is larger than is taken here");
  else
    reader.pass_on(head.content_length);
}

}  // namespace fractalsync::serve
