#include "host/serve/training.h"

#include <spdlog/spdlog.h>

#include <new>

#include "host/checkpoint/checkpoint.h"
#include "host/evaluate/correlation_json.h"
#include "host/evaluate/report.h"
#include "host/io/atomic_file.h"
#include "host/io/folder.h"
#include "host/report/page.h"
#include "host/serve/option_json.h"
#include "host/serve/storage.h"
#include "host/train/export_model.h"
#include "host/train/history.h"
#include "make_backend.h"

namespace fractalsync::serve {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kStatusPause{200};
constexpr std::chrono::seconds kRecordPause{5};

Json terms_json(const EpochSums& sums) {
  if (sums.steps == 0) return nullptr;
  Json terms;
  for (int k = 0; k < kLossTerms; ++k) terms[kLossTermNames[k]] = sums.terms[k] / static_cast<double>(sums.steps);
  return terms;
}

Json history_json(const EpochRecord& record) { return Json::parse(history_line(record)); }

Json unreadable_json(const std::vector<UnreadableFile>& files, const fs::path& root) {
  Json list = Json::array();
  for (const UnreadableFile& file : files) {
    const std::string name = fs::path(file.path).lexically_relative(root).string();
    list.push_back({{"name", name}, {"reason", without_path(file.reason, file.path, name)}});
  }
  return list;
}

}  // namespace

/// Writes on the board what the job does, keeps the run's record, and exports each network that is the best so far.
class Training::Watcher final : public JobObserver {
 public:
  Watcher(Training& training, Backend& backend) : training_(training), backend_(backend) {}

  void files_done(std::int64_t done, std::int64_t total) override {
    training_.board_.change([&](TrainingStatus& status) {
      if (started_) status.phase = Phase::judging;
      status.files_done = done;
      status.files_total = total;
    });
  }

  void music_ready(const Music& music, const TrainingState& start) override {
    std::int64_t frames = 0;
    for (const TrackFeatures& track : music.tracks) frames += track.frames();
    const double minutes = static_cast<double>(frames) * kHop / kSampleRate / 60;
    started_ = true;
    training_.board_.change(
        [&](TrainingStatus& status) {
          status.phase = Phase::training;
          status.done_steps = status.first_step = start.next_step;
          status.training_since = Clock::now();
          RunRecord& record = status.record;
          record.music = {{"files", music.tracks.size()},
                          {"minutes", minutes},
                          {"training", start.training_files.size()},
                          {"validation", start.validation_files.size()}};
          record.unreadable = unreadable_json(music.unreadable, training_.music_.root());
          record.epochs = start.finished_epochs;
          status.history = Json::array();
          for (const EpochRecord& epoch : start.history) status.history.push_back(history_json(epoch));
          // What was judged after the checkpoint will be judged again.
          Json judgements = Json::array();
          for (const Json& judgement : record.judgements)
            if (judgement["step"].get<std::int64_t>() <= start.next_step) judgements.push_back(judgement);
          record.judgements = std::move(judgements);
        },
        true);
    keep_record();
  }

  void stepped(Trainer& trainer) override {
    const bool epoch = trainer.history().size() != epochs_seen_ && !trainer.history().empty();
    if (trainer.improved()) export_preview(trainer);
    const bool lists = epoch || trainer.judgement().has_value();
    if (!lists && Clock::now() - shown_ < kStatusPause) return;
    shown_ = Clock::now();
    const Json live = terms_json(trainer.live());
    training_.board_.change([&](TrainingStatus& status) { show(trainer, live, status); }, lists);
    epochs_seen_ = trainer.history().size();
    if (lists && Clock::now() - kept_ > kRecordPause) keep_record();
  }

  void saved(const fs::path& checkpoint) override { spdlog::debug("saved {}", checkpoint.string()); }

  TrackJudged judging(const TrainingState& best) override {
    best_ = best;
    page_.emplace(backend_, best_, "run " + training_.record().run);
    return [this](const TrackEvaluation& track, const TrackSeries& series) { page_->add(track, series); };
  }

  /// Leaves the page of what was judged in the run's folder.
  void write_report(const Evaluation& judged) const {
    write_file_atomically(training_.runs_.folder(training_.record().run) / kReportFile, page_.value().html(judged));
  }

 private:
  static void show(const Trainer& trainer, const Json& live, TrainingStatus& status) {
    status.done_steps = trainer.done_steps();
    status.total_steps = trainer.total_steps();
    status.live = live;
    if (trainer.finished()) status.phase = Phase::judging;
    status.record.epochs = trainer.finished_epochs();
    status.record.total_epochs = trainer.epochs();
    for (std::size_t k = status.history.size(); k < trainer.history().size(); ++k)
      status.history.push_back(history_json(trainer.history()[k]));
    if (trainer.judgement())
      status.record.judgements.push_back(
          {{"step", trainer.done_steps()}, {"hard", to_json(*trainer.judgement())}, {"best", trainer.improved()}});
  }

  void export_preview(Trainer& trainer) {
    const ExportModel model = export_model(trainer.snapshot());
    if (!has_pipeline(model.window)) return;
    const std::string run = training_.board_.look([](const TrainingStatus& status) { return status.record.run; });
    export_pipeline_files(backend_, model, training_.runs_.folder(run) / kPreviewFile);
  }

  void keep_record() {
    training_.runs_.write(training_.record());
    kept_ = Clock::now();
  }

  Training& training_;
  Backend& backend_;
  bool started_ = false;
  std::size_t epochs_seen_ = 0;
  Clock::time_point shown_{}, kept_{};
  TrainingState best_;
  std::optional<report::Page> page_;
};

Training::Training(const TrainingSetup& setup, const MusicFolder& music)
    : setup_(setup), music_(music), runs_(setup.save_dir) {
  // Whatever trained when the last server ended trains no more.
  for (RunRecord record : runs_.list())
    if (record.status == "training") {
      record.status = "stopped";
      record.error = "the server ended while this was training";
      record.ended = iso_now();
      runs_.write(record);
    }
  find_resumable();
}

Training::~Training() { shut_down(); }

void Training::shut_down() {
  closed_ = true;
  stop_ = true;
  const std::lock_guard lock(starting_);
  if (thread_.joinable()) thread_.join();
  board_.close();
}

RunRecord Training::record() const {
  return board_.look([](const TrainingStatus& status) { return status.record; });
}

/// Errors name files by their paths; clients see them as they know them.
std::string Training::for_clients(const std::string& sentence) const {
  std::string text = without_path(sentence, music_.root(), music_.shown());
  text = without_path(text, fs::absolute(runs_.root()), "the folder of runs");
  return without_path(text, fs::absolute(setup_.model_dir), "the folder of models");
}

void Training::find_resumable() {
  Json resumable;
  if (const std::optional<RunRecord> record = runs_.broken_off()) {
    const std::optional<TrainingState> state = runs_.furthest(record->run);
    resumable = {
        {"run", record->run}, {"epoch", state ? state->finished_epochs : 0}, {"total_epochs", record->total_epochs}};
  }
  board_.change([&](TrainingStatus& status) { status.resumable = resumable; });
}

void Training::start(const Json& request) {
  const std::lock_guard lock(starting_);
  if (running_) throw HttpError(400, "Training is already in progress");
  if (closed_) throw HttpError(503, "the server is stopping");
  JobOptions job = options_from(request, setup_.seed);
  job.music.folder = music_.resolve(request["data_dir"].get<std::string>());
  RunRecord record;
  record.data_dir = request["data_dir"];
  record.options = request;
  record.options.erase("data_dir");
  record.total_epochs = job.config.epochs;
  record.started = iso_now();
  record.run = runs_.create();
  launch(std::move(job), std::move(record), std::nullopt);
}

void Training::resume() {
  const std::lock_guard lock(starting_);
  if (running_) throw HttpError(400, "Training is already in progress");
  if (closed_) throw HttpError(503, "the server is stopping");
  std::optional<RunRecord> record = runs_.broken_off();
  if (!record) throw HttpError(409, "there is no training that broke off");
  JobOptions job = options_from(record->options, setup_.seed);
  job.music.folder = music_.resolve(record->data_dir);
  record->error.clear();
  record->ended.clear();
  std::optional<TrainingState> from = runs_.furthest(record->run);
  launch(std::move(job), *std::move(record), std::move(from));
}

/// Under `starting_`.
void Training::launch(JobOptions job, RunRecord record, std::optional<TrainingState> from) {
  if (thread_.joinable()) thread_.join();  // it has ended
  make_folders(setup_.model_dir);
  job.music.threads = setup_.threads;
  job.music.cache = setup_.cache;
  job.music.within = music_.root();
  job.save_dir = runs_.folder(record.run);
  job.resume = std::move(from);
  record.status = "training";
  runs_.write(record);
  board_.change(
      [&](TrainingStatus& status) {
        status = {};
        status.status = "training";
        status.phase = Phase::reading;
        status.record = record;
      },
      true);
  stop_ = false;
  running_ = true;
  thread_ = std::thread([this, job = std::move(job)] { run(job); });
  spdlog::info("run {}: started", record.run);
}

void Training::run(const JobOptions& job) {
  try {
    const std::unique_ptr<Backend> backend = make_backend(setup_.device, setup_.threads);
    Watcher watcher(*this, *backend);
    const JobResult result = run_training_job(*backend, job, watcher, stop_);
    finish(*backend, watcher, result);
  } catch (const std::bad_alloc&) {
    end("error", "there is not enough memory for this training");
  } catch (const Error& error) {
    spdlog::error("{}", error.what());
    end("error", for_clients(error.what()));
  } catch (const std::exception& error) {
    spdlog::error("{}", error.what());
    end("error", "something went wrong here; the server's log says what");
  }
}

void Training::finish(Backend& backend, const Watcher& watcher, const JobResult& result) {
  board_.change([&](TrainingStatus& status) {
    status.record.unreadable = unreadable_json(result.unreadable, music_.root());
    if (!result.complete) return;
    status.phase = Phase::exporting;
    status.record.epochs = status.record.total_epochs;
    if (result.judged) status.record.held_out = Json::parse(evaluation_json(result.held_out));
  });
  // A stop between the last step and the last judgement: the run can be resumed, and then only judges.
  if (!result.complete || !result.judged) return end("stopped", "");
  watcher.write_report(result.held_out);
  export_models(backend, result.checkpoint);
  end("completed", "");
}

void Training::export_models(Backend& backend, const fs::path& checkpoint) {
  const ExportModel model = export_model(read_checkpoint(checkpoint));
  const std::string run = record().run;
  std::vector<std::string> names = {run + "-model.onnx"};
  export_model_files(backend, model, setup_.model_dir / names[0]);
  if (has_pipeline(model.window)) {
    names.push_back(run + "-pipeline.onnx");
    export_pipeline_files(backend, model, setup_.model_dir / names[1]);
  }
  board_.change([&](TrainingStatus& status) { status.record.models = names; });
}

void Training::end(const std::string& status, const std::string& error) {
  const RunRecord ended = board_.look([&](const TrainingStatus& now) {
    RunRecord record = now.record;
    record.status = status;
    record.error = error;
    record.ended = iso_now();
    return record;
  });
  try {
    runs_.write(ended);
  } catch (const Error& trouble) {
    spdlog::error("{}", trouble.what());
  }
  board_.change([&](TrainingStatus& now) {
    now.status = status;
    now.phase = Phase::none;
    now.stopping = false;
    now.record = ended;
    now.live = nullptr;
  });
  find_resumable();
  spdlog::info("run {}: {}{}", ended.run, status, error.empty() ? "" : " (" + error + ")");
  running_ = false;
}

void Training::stop() {
  const std::lock_guard lock(starting_);
  if (!running_) throw HttpError(409, "no training runs");
  stop_ = true;
  board_.change([](TrainingStatus& status) { status.stopping = true; });
}

void Training::remove_run(const std::string& run) {
  const std::lock_guard lock(starting_);
  if (!runs_.read(run)) throw HttpError(404, "there is no such run");
  if (running_ && record().run == run) throw HttpError(409, "this run is training; stop it first");
  runs_.remove(run);
  find_resumable();
}

std::optional<Descriptor> Training::report(const std::string& run) const {
  return open_beneath(runs_.root(), {run, kReportFile});
}

std::optional<Preview> Training::preview() const {
  RunRecord shown = record();
  if (shown.run.empty()) {
    std::vector<RunRecord> runs = runs_.list();
    if (runs.empty()) return std::nullopt;
    shown = std::move(runs.front());
  }
  std::optional<Descriptor> file = open_beneath(runs_.root(), {shown.run, kPreviewFile});
  if (!file) return std::nullopt;
  Preview preview{*std::move(file), 0};
  for (const Json& judgement : shown.judgements)
    if (judgement["best"].get<bool>()) preview.step = judgement["step"].get<std::int64_t>();
  return preview;
}

}  // namespace fractalsync::serve
