#include "host/picture/png.h"

#include <png.h>

#include "core/check.h"
#include "host/io/atomic_file.h"

namespace fractalsync {
namespace {

/// libpng's simplified interface, whose control block must be freed on every way out.
class Control {
 public:
  Control() { block.version = PNG_IMAGE_VERSION; }
  ~Control() { png_image_free(&block); }
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  png_image block{};
};

}  // namespace

std::string png_bytes(const Image& image) {
  if (image.width < 1 || image.height < 1) throw Error("cannot write a PNG file without pixels");
  FS_CHECK_EQ(image.rgb.size(), static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * 3);
  Control png;
  png.block.width = static_cast<png_uint_32>(image.width);
  png.block.height = static_cast<png_uint_32>(image.height);
  png.block.format = PNG_FORMAT_RGB;
  std::string bytes(PNG_IMAGE_PNG_SIZE_MAX(png.block), '\0');
  png_alloc_size_t size = bytes.size();
  if (png_image_write_to_memory(&png.block, bytes.data(), &size, /*convert_to_8_bit=*/0, image.rgb.data(),
                                /*row_stride=*/0, /*colormap=*/nullptr) == 0)
    throw Error(std::string("cannot encode a PNG file: ") + png.block.message);
  bytes.resize(size);
  return bytes;
}

void write_png(const std::filesystem::path& path, const Image& image) { write_file_atomically(path, png_bytes(image)); }

Image read_png(const std::filesystem::path& path) {
  const std::string bytes = read_file(path);
  Control png;
  if (png_image_begin_read_from_memory(&png.block, bytes.data(), bytes.size()) == 0)
    throw Error("cannot read '" + path.string() + "': " + png.block.message);
  png.block.format = PNG_FORMAT_RGB;
  Image image(static_cast<int>(png.block.width), static_cast<int>(png.block.height));
  if (png_image_finish_read(&png.block, /*background=*/nullptr, image.rgb.data(), /*row_stride=*/0,
                            /*colormap=*/nullptr) == 0)
    throw Error("cannot read '" + path.string() + "': " + png.block.message);
  return image;
}

}  // namespace fractalsync
