#include "host/report/settings.h"

#include <algorithm>
#include <cmath>

#include "host/report/figures.h"
#include "host/report/html.h"
#include "host/report/plot.h"
#include "host/train/options.h"

namespace fractalsync::report {
namespace {

/// A figure of curves over the epochs, its axes named by their ends.
std::string epochs_figure(const std::string& caption, const std::vector<Curve>& curves, Range epochs, Range y,
                          int digits) {
  return "<figure><figcaption>" + caption + "</figcaption><div class=\"scaled\"><p class=\"scale\"><span>" +
         decimal(y.high, digits) + "</span><span>" + decimal(y.low, digits) + "</span></p><div>" +
         line_plot("over the epochs", curves, epochs, y) + "<p class=\"axis\"><span>epoch " + decimal(epochs.low, 0) +
         "</span><span>" + decimal(epochs.high, 0) + "</span></p></div></div></figure>\n";
}

/// The values of a curve, with some air where they do not vary.
Range range_of(const std::vector<double>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double air = std::max(0.05 * (*high - *low), 1e-6 + 1e-3 * std::abs(*high));
  return {*low - air, *high + air};
}

template <class T>
std::string value_of(const NumberOption<T>& number, JobOptions& job) {
  if constexpr (std::is_integral_v<T>) return std::to_string(number.of(job));
  char text[32];
  std::snprintf(text, sizeof text, "%g", static_cast<double>(number.of(job)));
  return text;
}
std::string value_of(const FlagOption& flag, JobOptions& job) { return flag.of(job) ? "yes" : "no"; }
std::string value_of(const ChoiceOption& choice, JobOptions& job) { return choice.words[choice.get(job)]; }
std::string value_of(const SizesOption& sizes, JobOptions& job) {
  std::string text;
  for (const int size : sizes.of(job)) text += (text.empty() ? "" : " ") + std::to_string(size);
  return text;
}

std::string row(std::string name, const std::string& value, const std::string& meaning) {
  std::replace(name.begin(), name.end(), '-', ' ');
  return "<tr><th scope=\"row\">" + name + "<span class=\"meaning\">" + escaped(meaning) + "</span></th><td>" + value +
         "</td></tr>\n";
}

}  // namespace

std::string training_curves(const TrainingState& state) {
  std::vector<const EpochRecord*> judged;
  for (const EpochRecord& record : state.history)
    if (record.validation) judged.push_back(&record);
  if (state.history.size() < 2)
    return "<p>The checkpoint was saved before its second epoch: there is no history.</p>\n";

  const Range epochs{static_cast<double>(state.history.front().epoch), static_cast<double>(state.history.back().epoch)};
  Curve loss{"seen", {}, {}};
  for (const EpochRecord& record : state.history) {
    loss.x.push_back(record.epoch);
    loss.y.push_back(record.terms[kTotalLoss]);
  }
  std::string html = epochs_figure("Loss, mean of each epoch", {loss}, epochs, range_of(loss.y), 2);

  std::vector<Curve> curves;
  std::string caption = "Hard correlations on the files held out:";
  double least = 1;
  for (int p = 0; p < kPairs; ++p) {
    Curve curve{"p" + std::to_string(p), {}, {}};
    for (const EpochRecord* record : judged)
      if (const std::optional<double>& r = record->validation->pair[p]) {
        curve.x.push_back(record->epoch);
        curve.y.push_back(*r);
        least = std::min(least, *r);
      }
    caption +=
        " <span class=\"key " + curve.style + "\">" + kPairWords[p].heard + " – " + kPairWords[p].seen + "</span>";
    curves.push_back(std::move(curve));
  }
  if (judged.size() > 1)
    html += epochs_figure(caption, curves, epochs, {std::min(0.9, std::floor(10 * least) / 10), 1}, 1);
  return html;
}

std::string configuration(const TrainingState& state) {
  JobOptions job;
  job.config = state.config;
  std::string rows =
      row("epochs", std::to_string(state.finished_epochs) + " of " + std::to_string(state.config.epochs),
          "finished when the checkpoint was saved") +
      row("seed", std::to_string(state.config.seed), kSeedMeaning) +
      row("files", std::to_string(state.training_files.size()) + " + " + std::to_string(state.validation_files.size()),
          "trained on, and held out");
  for (const TrainOption& option : train_options())
    if (option.kept)
      rows += row(option.name, std::visit([&](const auto& kind) { return value_of(kind, job); }, option.kind),
                  option.meaning);
  return "<table class=\"settings\"><tbody>\n" + rows + "</tbody></table>\n";
}

}  // namespace fractalsync::report
