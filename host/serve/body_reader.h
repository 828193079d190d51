// The body of a request, by its length or in chunks, never more of it than was allowed.
#pragma once

#include <functional>

#include "host/serve/http.h"

namespace fractalsync::serve {

/// Fills from the front, at least one byte, and returns how many; throws HttpError at the end of the stream.
using ByteSource = std::function<std::size_t(char* bytes, std::size_t size)>;

/// Reads the body that `head` announces, piece by piece. Throws HttpError: 413 as soon as it is known to be longer than
/// `limit` bytes (at once, when its length says so), 400 when it is malformed, and what `source` throws.
void read_body(const RequestHead& head, std::int64_t limit, const ByteSource& source, const BodySink& sink);

}  // namespace fractalsync::serve
