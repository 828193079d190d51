#include "host/checkpoint/checkpoint.h"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "core/check.h"
#include "host/checkpoint/message.h"
#include "host/io/atomic_file.h"

static_assert(std::endian::native == std::endian::little);

namespace fractalsync {
namespace {

constexpr std::string_view kMagic = "\x89" "FSCKPT\n";
constexpr std::uint32_t kFraming = 1;
constexpr std::size_t kHeader = kMagic.size() + sizeof(std::uint32_t) + sizeof(std::uint64_t);
constexpr std::size_t kLargestFile = std::size_t{1} << 30;

template <class T>
void append(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
T read_at(std::string_view bytes, std::size_t place) {
  T value;
  std::memcpy(&value, bytes.data() + place, sizeof value);
  return value;
}

std::uint32_t checksum(std::string_view bytes) {
  return static_cast<std::uint32_t>(::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

/// The payload of a whole, undamaged file. CRC-32 finds every change of up to 32 neighbouring bits.
std::string_view unframe(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) throw Error("it is not a checkpoint of this program");
  if (bytes.size() < kHeader + sizeof(std::uint32_t)) throw Error("it is cut short");
  if (read_at<std::uint32_t>(bytes, kMagic.size()) > kFraming)
    throw Error("it was written by a newer version of this program; use that one");
  const std::uint64_t length = read_at<std::uint64_t>(bytes, kMagic.size() + sizeof(std::uint32_t));
  const std::size_t present = bytes.size() - kHeader - sizeof(std::uint32_t);
  if (length > present) throw Error("it is cut short, or damaged");
  const std::size_t end = bytes.size() - sizeof(std::uint32_t);
  if (length != present || read_at<std::uint32_t>(bytes, end) != checksum(bytes.substr(0, end)) ||
      read_at<std::uint32_t>(bytes, kMagic.size()) != kFraming)
    throw Error("it is damaged (its checksum does not match)");
  return bytes.substr(kHeader, length);
}

void check_finite(const std::vector<float>& values) {
  if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); }))
    throw Error("the network holds numbers that are not finite and was not saved; lower the learning rate");
}

}  // namespace

bool of_one_run(const TrainingState& a, const TrainingState& b) {
  const auto configuration = [](TrainConfig config) {
    config.epochs = 0;
    checkpoint::Config message;
    encode(config, message);
    return message.SerializeAsString();
  };
  return configuration(a.config) == configuration(b.config) && a.statistics.mean == b.statistics.mean &&
         a.statistics.std == b.statistics.std && a.training_files == b.training_files &&
         a.validation_files == b.validation_files;
}

std::string checkpoint_bytes(const TrainingState& state) {
  for (const auto* values : {&state.parameters, &state.first_moment, &state.second_moment, &state.running_statistics})
    check_finite(*values);
  std::string payload;
  FS_CHECK(encode(state).SerializeToString(&payload));
  std::string bytes(kMagic);
  append(bytes, kFraming);
  append(bytes, static_cast<std::uint64_t>(payload.size()));
  bytes += payload;
  append(bytes, checksum(bytes));
  FS_CHECK(bytes.size() <= kLargestFile);
  return bytes;
}

TrainingState parse_checkpoint(std::string_view bytes, const std::string& name) try {
  if (bytes.size() > kLargestFile) throw Error("it is too large");
  const std::string_view payload = unframe(bytes);
  checkpoint::Checkpoint message;
  if (!message.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) throw Error("its content is damaged");
  return decode(message);
} catch (const Error& error) {
  throw Error("cannot use checkpoint '" + name + "': " + error.what());
}

void write_checkpoint(const std::filesystem::path& path, const TrainingState& state) {
  write_file_atomically(path, checkpoint_bytes(state));
}

TrainingState read_checkpoint(const std::filesystem::path& path) {
  return parse_checkpoint(read_file(path, kLargestFile), path.string());
}

}  // namespace fractalsync
