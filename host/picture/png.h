// PNG files, by libpng.
#pragma once

#include <filesystem>
#include <string>

#include "host/picture/image.h"

namespace fractalsync {

/// The bytes of a PNG file (8-bit RGB). Throws Error when the image is empty.
std::string png_bytes(const Image& image);

/// Writes atomically (host/io/atomic_file.h); throws Error when the image is empty or the file cannot be written.
void write_png(const std::filesystem::path& path, const Image& image);

/// Reads any PNG file as 8-bit RGB; throws Error when it is none.
Image read_png(const std::filesystem::path& path);

}  // namespace fractalsync
