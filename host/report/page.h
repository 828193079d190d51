// An evaluation as one HTML file that needs nothing else: no network, no script; pictures and plots are in it. The same
// evaluation gives the same bytes.
#pragma once

#include <string>
#include <vector>

#include "backend.h"
#include "host/evaluate/evaluation.h"
#include "host/report/paths.h"
#include "host/train/state.h"

namespace fractalsync::report {

class Page {
 public:
  /// `title` names the checkpoint. All three must outlive the page.
  Page(Backend& backend, const TrainingState& state, std::string title);

  /// Takes from a track what the page will show of it: pass it to evaluate_tracks.
  void add(const TrackEvaluation& track, const TrackSeries& series);

  /// The whole file, of the tracks added and their `evaluation`.
  std::string html(const Evaluation& evaluation) const;

 private:
  Backend& backend_;
  const TrainingState& state_;
  std::string title_;
  std::vector<Path> paths_;
  std::vector<std::string> tracks_;
};

}  // namespace fractalsync::report
