#include "host/serve/run_store.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>

#include "host/checkpoint/checkpoint.h"
#include "host/io/atomic_file.h"
#include "host/io/folder.h"
#include "host/serve/storage.h"

namespace fractalsync::serve {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestRecord = std::size_t{64} << 20;

RunRecord record_from(const Json& json) {
  RunRecord record;
  record.run = json.at("run");
  record.status = json.at("status");
  record.started = json.at("started");
  record.ended = json.at("ended").is_null() ? "" : json.at("ended").get<std::string>();
  record.data_dir = json.at("data_dir");
  record.options = json.at("options");
  record.epochs = json.at("epochs");
  record.total_epochs = json.at("total_epochs");
  record.error = json.at("error").is_null() ? "" : json.at("error").get<std::string>();
  record.music = json.at("music");
  record.unreadable = json.at("unreadable");
  record.judgements = json.at("judgements");
  record.held_out = json.at("held_out");
  record.models = json.at("models").get<std::vector<std::string>>();
  return record;
}

}  // namespace

Json to_json(const RunRecord& record) {
  const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  return {{"run", record.run},
          {"status", record.status},
          {"started", record.started},
          {"ended", or_null(record.ended)},
          {"data_dir", record.data_dir},
          {"options", record.options},
          {"epochs", record.epochs},
          {"total_epochs", record.total_epochs},
          {"error", or_null(record.error)},
          {"music", record.music},
          {"unreadable", record.unreadable},
          {"judgements", record.judgements},
          {"held_out", record.held_out},
          {"models", record.models}};
}

RunStore::RunStore(const fs::path& folder) : folder_(folder) {
  make_folders(folder);
  lock_ = Descriptor(::open((folder / ".serve.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!lock_.valid()) throw Error("cannot write into '" + folder.string() + "', where runs are to be saved");
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0)
    throw Error("another fractalsync serve saves its runs in '" + folder.string() +
                "'; give this one its own --save-dir");
}

std::string RunStore::create() {
  const std::string name = time_name();
  for (int count = 1;; ++count) {
    const std::string run = count == 1 ? name : name + "-" + std::to_string(count);
    std::error_code error;
    if (fs::create_directory(folder_ / run, error)) return run;
    if (error) throw Error("cannot make the folder '" + (folder_ / run).string() + "': " + error.message());
  }
}

void RunStore::write(const RunRecord& record) const {
  write_file_atomically(folder(record.run) / "run.json",
                        dumped(to_json(record), 1) + "\n");
}

std::optional<RunRecord> RunStore::read(const std::string& run) const {
  if (!is_plain_name(run)) return std::nullopt;
  try {
    RunRecord record = record_from(Json::parse(read_file(folder(run) / "run.json", kLargestRecord)));
    if (record.run == run) return record;
  } catch (const Error&) {
    // No record: no run of ours.
  } catch (const Json::exception&) {
    // Somebody else's file of that name.
  }
  return std::nullopt;
}

std::vector<RunRecord> RunStore::list() const {
  std::vector<RunRecord> runs;
  std::error_code error;
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error))
    if (std::optional<RunRecord> record = read(entry->path().filename().string())) runs.push_back(*std::move(record));
  std::sort(runs.begin(), runs.end(), [](const RunRecord& a, const RunRecord& b) {
    return a.run.size() != b.run.size() && a.run.substr(0, 15) == b.run.substr(0, 15) ? a.run.size() > b.run.size()
                                                                                      : a.run > b.run;
  });
  return runs;
}

void RunStore::remove(const std::string& run) const {
  std::error_code error;
  // The record last: a run whose removal was interrupted can be removed again.
  for (const fs::directory_entry& entry : fs::directory_iterator(folder(run), error))
    if (entry.path().filename() != "run.json") fs::remove_all(entry.path(), error);
  fs::remove_all(folder(run), error);
  if (error) throw Error("cannot remove '" + folder(run).string() + "': " + error.message());
}

Json RunStore::history(const std::string& run) const {
  Json epochs = Json::array();
  try {
    const std::string lines = read_file(folder(run) / "training_history.json", kLargestRecord);
    for (std::size_t begin = 0; begin < lines.size();) {
      const std::size_t end = std::min(lines.find('\n', begin), lines.size());
      epochs.push_back(Json::parse(lines.substr(begin, end - begin)));
      begin = end + 1;
    }
  } catch (const std::exception&) {
    // A run that ended within its first epoch has none.
  }
  return epochs;
}

std::optional<TrainingState> RunStore::furthest(const std::string& run) const {
  std::optional<TrainingState> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder(run), error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() != ".ckpt") continue;
    try {
      TrainingState state = read_checkpoint(entry->path());
      if (!found || state.next_step > found->next_step) found = std::move(state);
    } catch (const Error&) {
      // Damaged: an older one will do, the run only repeats some steps.
    }
  }
  return found;
}

std::optional<RunRecord> RunStore::broken_off() const {
  const std::vector<RunRecord> runs = list();
  if (runs.empty() || runs.front().status == "completed" || runs.front().status == "error") return std::nullopt;
  return runs.front();
}

}  // namespace fractalsync::serve
