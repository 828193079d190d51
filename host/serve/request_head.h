// The head of a request: from bytes of anyone to fields that the rest may trust to be well formed.
#pragma once

#include <string>
#include <string_view>

#include "host/serve/http.h"

namespace fractalsync::serve {

/// With the letters A to Z in lower case.
std::string lowered(std::string_view text);

inline constexpr std::size_t kLargestHead = 16384;  ///< bytes, with the empty line at its end
inline constexpr std::size_t kMostFields = 64;
inline constexpr std::size_t kLongestTarget = 2048;

/// `bytes` is a whole head, its empty line included. Throws HttpError: 400 for what RFC 9112 forbids or what two
/// readers could understand differently (bare line feeds, folded lines, a length given twice or beside chunks, a field
/// given twice), 414, 431 beyond the limits above, 405 for a method that nothing here has, 415 for a compressed body,
/// 501 for another transfer coding than chunks, 505 for another version.
RequestHead parse_request_head(std::string_view bytes);

/// The path's parts between slashes, percent-decoded. Throws HttpError(400) for what decodes to a control character or
/// to none, or does not begin with a slash.
std::vector<std::string> split_path(const std::string& path);

}  // namespace fractalsync::serve
