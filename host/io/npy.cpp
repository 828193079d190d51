#include "host/io/npy.h"

#include <bit>
#include <cstring>
#include <limits>
#include <string_view>

#include "core/check.h"
#include "host/io/atomic_file.h"

static_assert(std::endian::native == std::endian::little);

namespace fractalsync {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

template <class T>
constexpr const char* kDescr = nullptr;
template <>
constexpr const char* kDescr<float> = "<f4";
template <>
constexpr const char* kDescr<double> = "<f8";
template <>
constexpr const char* kDescr<std::uint8_t> = "|u1";
template <>
constexpr const char* kDescr<std::int64_t> = "<i8";

/// The value of `key` in the header's Python dictionary: from after its colon to the end of the header.
std::string_view value_of(std::string_view header, std::string_view key) {
  const std::size_t at = header.find(key);
  if (at == std::string_view::npos) return {};
  const std::size_t colon = header.find(':', at + key.size());
  if (colon == std::string_view::npos) return {};
  header.remove_prefix(colon + 1);
  const std::size_t text = header.find_first_not_of(' ');
  return text == std::string_view::npos ? std::string_view{} : header.substr(text);
}

/// "(3, 4), ..." -> {3, 4}. False when it is not such a tuple or the product does not fit.
bool parse_shape(std::string_view text, std::vector<std::int64_t>& shape, std::int64_t& count) {
  if (text.empty() || text.front() != '(') return false;
  count = 1;
  std::int64_t number = -1;
  for (const char c : text.substr(1)) {
    if (c >= '0' && c <= '9') {
      if (number > std::numeric_limits<std::int64_t>::max() / 100) return false;
      number = (number < 0 ? 0 : number) * 10 + (c - '0');
    } else if (c == ',' || c == ')') {
      if (number >= 0) {
        if (number > 0 && count > std::numeric_limits<std::int64_t>::max() / 64 / number) return false;
        shape.push_back(number);
        count *= number;
        number = -1;
      }
      if (c == ')') return true;
    } else if (c != ' ') {
      return false;
    }
  }
  return false;
}

}  // namespace

template <class T>
NpyArray<T> read_npy(const std::filesystem::path& path) {
  const std::string file = read_file(path);
  const auto refuse = [&](const std::string& why) -> Error {
    return Error("'" + path.string() + "' is not a usable .npy file: " + why);
  };
  if (file.size() < 12 || std::string_view(file).substr(0, 6) != kMagic) throw refuse("no .npy header");
  const int major = static_cast<unsigned char>(file[6]);
  if (major < 1 || major > 3) throw refuse("unknown version");
  std::size_t length = 0, start = 0;
  if (major == 1) {
    std::uint16_t stored;
    std::memcpy(&stored, file.data() + 8, sizeof stored);
    length = stored;
    start = 10;
  } else {
    std::uint32_t stored;
    std::memcpy(&stored, file.data() + 8, sizeof stored);
    length = stored;
    start = 12;
  }
  if (file.size() - start < length) throw refuse("cut short");
  const std::string_view header = std::string_view(file).substr(start, length);
  const std::string_view descr = value_of(header, "'descr'");
  if (!descr.starts_with("'" + std::string(kDescr<T>) + "'"))
    throw refuse(std::string("its elements are not ") + kDescr<T>);
  if (!value_of(header, "'fortran_order'").starts_with("False")) throw refuse("not in C order");
  NpyArray<T> array;
  std::int64_t count = 0;
  if (!parse_shape(value_of(header, "'shape'"), array.shape, count)) throw refuse("unreadable shape");
  const std::size_t bytes = static_cast<std::size_t>(count) * sizeof(T);
  if (file.size() - start - length != bytes) throw refuse("its length does not match its shape");
  array.values.resize(static_cast<std::size_t>(count));
  if (bytes > 0) std::memcpy(array.values.data(), file.data() + start + length, bytes);
  return array;
}

template <class T>
std::string npy_bytes(const std::vector<std::int64_t>& shape, View<const T> values) {
  std::int64_t count = 1;
  std::string tuple = "(";
  for (const std::int64_t n : shape) {
    count *= n;
    tuple += std::to_string(n) + (shape.size() == 1 ? "," : ", ");
  }
  if (shape.size() > 1) tuple.resize(tuple.size() - 2);
  FS_CHECK_EQ(count, values.size());
  std::string header = "{'descr': '" + std::string(kDescr<T>) +
                       "', 'fortran_order': False, 'shape': " + tuple + "), }";
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::string bytes(kMagic);
  bytes += '\x01';
  bytes += '\0';
  bytes += static_cast<char>(header.size() & 0xff);
  bytes += static_cast<char>(header.size() >> 8);
  bytes += header;
  bytes.append(reinterpret_cast<const char*>(values.data()),
               static_cast<std::size_t>(values.size()) * sizeof(T));
  return bytes;
}

template <class T>
void write_npy(const std::filesystem::path& path, const std::vector<std::int64_t>& shape,
               View<const T> values) {
  write_file_atomically(path, npy_bytes<T>(shape, values));
}

#define FS_NPY(T)                                                                           \
  template NpyArray<T> read_npy<T>(const std::filesystem::path&);                           \
  template std::string npy_bytes<T>(const std::vector<std::int64_t>&, View<const T>);       \
  template void write_npy<T>(const std::filesystem::path&, const std::vector<std::int64_t>&, \
                             View<const T>)
FS_NPY(float);
FS_NPY(double);
FS_NPY(std::uint8_t);
FS_NPY(std::int64_t);

}  // namespace fractalsync
