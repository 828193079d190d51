// HTML text, piece by piece. The page is well-formed XML too, so that a test can say that it is whole.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "host/picture/image.h"

namespace fractalsync::report {

/// Text from outside as character data or an attribute's value: whatever it holds, it stays text. What is no UTF-8, and
/// the control characters that XML has not, become U+FFFD.
std::string escaped(std::string_view text);

/// A number in plain decimals.
std::string decimal(double value, int digits);
/// To the last bit, as JSON has it.
std::string exact(double value);

/// <data value="0.98123...">0.98</data>: short for people, exact for programs; "–" where there is none.
std::string data(const std::optional<double>& value, int digits);

/// Seconds as "3:07".
std::string minutes(double seconds);

/// The picture as the value of a `src`: a PNG file in base64.
std::string data_uri(const Image& image);

}  // namespace fractalsync::report
