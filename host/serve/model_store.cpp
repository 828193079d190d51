#include "host/serve/model_store.h"

#include <sys/stat.h>

#include <algorithm>

#include "host/io/atomic_file.h"
#include "host/io/folder.h"
#include "host/serve/model_check.h"
#include "host/serve/multipart.h"
#include "host/serve/slot.h"
#include "host/serve/storage.h"

namespace fractalsync::serve {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUploadPrefix = "upload-";
constexpr std::size_t kLargestMetadata = 65536;

std::string metadata_name(const std::string& model) {
  return fs::path(model).replace_extension(".onnx_metadata.json").string();
}

/// What the list needs of a file, or nothing when it is none of our models.
std::optional<ModelEntry> look_at_model(const fs::path& folder, const std::string& name, const struct stat& status,
                                        std::int64_t largest) {
  ModelEntry entry;
  entry.name = name;
  entry.uploaded = name.starts_with(kUploadPrefix);
  entry.bytes = status.st_size;
  entry.modified_ns = modified_ns(status);
  try {
    CheckedModel checked = read_checked_model(read_file(folder / name, static_cast<std::size_t>(largest)));
    entry.pipeline = checked.pipeline;
    entry.metadata = std::move(checked.metadata);
    return entry;
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

Json to_json(const ModelEntry& entry) {
  const Json epoch = entry.metadata.value("epoch", Json());
  return {{"name", entry.name},
          {"url", "/api/models/" + entry.name + "/file"},
          {"kind", entry.pipeline ? "pipeline" : "model"},
          {"bytes", entry.bytes},
          {"created", iso_time(entry.modified_ns / 1'000'000'000)},
          {"epoch", epoch.is_number_integer() ? epoch : Json()},
          {"origin", entry.uploaded ? "upload" : "run"}};
}

ModelStore::ModelStore(const fs::path& folder, const ModelLimits& limits) : folder_(folder), limits_(limits) {
  make_folders(folder);
}

std::vector<ModelEntry> ModelStore::list() {
  const std::lock_guard lock(mutex_);
  std::vector<ModelEntry> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    struct stat status {};
    if (!is_plain_name(name) || !name.ends_with(".onnx") || ::lstat(entry->path().c_str(), &status) != 0 ||
        !S_ISREG(status.st_mode))
      continue;
    const std::int64_t modified = modified_ns(status);
    const auto known = std::find_if(known_.begin(), known_.end(), [&](const ModelEntry& one) {
      return one.name == name && one.bytes == status.st_size && one.modified_ns == modified;
    });
    if (known != known_.end())
      found.push_back(*known);
    else if (std::optional<ModelEntry> fresh = look_at_model(folder_, name, status, limits_.file_bytes))
      found.push_back(*std::move(fresh));
  }
  std::sort(found.begin(), found.end(), [](const ModelEntry& a, const ModelEntry& b) {
    return a.modified_ns != b.modified_ns ? a.modified_ns > b.modified_ns : a.name > b.name;
  });
  known_ = found;
  return found;
}

ModelEntry ModelStore::find(const std::string& name) {
  for (ModelEntry& entry : list())
    if (entry.name == name) return std::move(entry);
  throw HttpError(404, "there is no such model");
}

Descriptor ModelStore::open(const std::string& name) const {
  if (is_plain_name(name))
    if (std::optional<Descriptor> file = open_beneath(folder_, {name})) return *std::move(file);
  throw HttpError(404, "there is no such model");
}

std::optional<ModelEntry> ModelStore::latest() {
  for (ModelEntry& entry : list())
    if (!entry.pipeline) return std::move(entry);
  return std::nullopt;
}

Json ModelStore::metadata(const ModelEntry& entry) const {
  try {
    Json beside = Json::parse(read_file(folder_ / metadata_name(entry.name), kLargestMetadata), nullptr, false);
    if (beside.is_object()) return beside;
  } catch (const Error&) {
    // There is none; the model says the same itself.
  }
  return entry.metadata;
}

void ModelStore::remove(const std::string& name) {
  const ModelEntry entry = find(name);
  std::error_code error;
  fs::remove(folder_ / metadata_name(entry.name), error);
  if (!fs::remove(folder_ / entry.name, error)) throw HttpError(404, "there is no such model");
}

ModelEntry ModelStore::upload(const HttpRequest& request) {
  const Slot slot(uploading_, limits_.uploads, "too many uploads at a time; try again in a moment");
  std::string file, metadata;
  std::string* into = nullptr;
  std::int64_t limit = 0;
  bool given = false;
  MultipartParser form(
      multipart_boundary(request.head.field("content-type")),
      [&](const FormPart& part) {
        if (part.name != "file" && part.name != "metadata")
          throw HttpError(422, "the form's parts are 'file' and 'metadata'");
        into = part.name == "file" ? &file : &metadata;
        limit = part.name == "file" ? limits_.file_bytes : static_cast<std::int64_t>(kLargestMetadata);
        if (!into->empty()) throw HttpError(422, "one model at a time");
        given = given || part.name == "file";
      },
      [&](std::string_view bytes) {
        if (static_cast<std::int64_t>(into->size() + bytes.size()) > limit)
          throw HttpError(413, "this part of the form is larger than is taken here");
        into->append(bytes);
      },
      [] {});
  request.read_body([&](std::string_view bytes) { form.feed(bytes); }, limits_.file_bytes + (1 << 20));
  form.finish();
  if (!given) throw HttpError(422, "the form has no part 'file'");
  Json beside;
  if (!metadata.empty()) {
    beside = Json::parse(metadata, nullptr, false);
    if (!beside.is_object()) throw HttpError(422, "'metadata' must be a JSON object");
  }
  return keep(file, beside);
}

ModelEntry ModelStore::keep(const std::string& bytes, const Json& metadata) {
  CheckedModel checked;
  try {
    checked = check_model(bytes);
  } catch (const Error& error) {
    throw HttpError(422, std::string("the file was not kept: ") + error.what());
  }
  std::int64_t used = 0;
  for (const ModelEntry& entry : list()) used += entry.uploaded ? entry.bytes : 0;
  const auto size = static_cast<std::int64_t>(bytes.size());
  if (used + size > limits_.quota_bytes)
    throw HttpError(507, "uploaded models take all the room they may; delete some");
  require_free_space(folder_, size);
  const std::string name = kUploadPrefix + new_name() + (checked.pipeline ? "-pipeline" : "-model") + ".onnx";
  write_file_atomically(folder_ / metadata_name(name),
                        dumped(metadata.is_object() ? metadata : checked.metadata, 2) + "\n");
  write_file_atomically(folder_ / name, bytes);
  return find(name);
}

}  // namespace fractalsync::serve
