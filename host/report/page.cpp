#include "host/report/page.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "host/report/figures.h"
#include "host/report/html.h"
#include "host/report/pictures.h"
#include "host/report/settings.h"
#include "host/report/style.h"
#include "stages/features.h"
#include "stages/motion.h"

namespace fractalsync::report {
namespace {

constexpr const char* kSilenceRatio = "silence ratio";

/// A correlation's cell, tinted by how strong it is.
std::string tinted_cell(const std::optional<double>& r) {
  if (!r) return "<td>" + data(r, 2) + "</td>";
  const std::string tint = *r < 0 ? "bad" : "good", share = decimal(45 * *r * *r, 0);
  return "<td class=\"r\" style=\"--tint:var(--" + tint + ");--share:" + share + "%\">" + data(r, 2) + "</td>";
}
std::string plain_cell(const std::optional<double>& r) { return "<td>" + data(r, 2) + "</td>"; }

/// `name` above, which may be long, and two rows of numbers.
std::string correlation_rows(const std::string& name, const Correlations& hard, const Correlations& soft,
                             const std::optional<double>& silence) {
  std::string rows = "<tr class=\"name\"><th colspan=\"" + std::to_string(kPairs + 2) + "\" scope=\"rowgroup\">" +
                     name + "</th></tr>\n<tr><th scope=\"row\">hard</th>";
  for (const auto& r : hard.pair) rows += tinted_cell(r);
  rows += plain_cell(silence) + "</tr>\n<tr class=\"soft\"><th scope=\"row\">soft</th>";
  for (const auto& r : soft.pair) rows += plain_cell(r);
  return rows + "<td></td></tr>\n";
}

std::string correlation_table(const Evaluation& evaluation) {
  std::string table = "<table class=\"correlations\"><thead><tr><th scope=\"col\">metrics</th>";
  for (const PairWords& words : kPairWords)
    table += std::string("<th scope=\"col\">") + words.heard + " – " + words.seen + "</th>";
  table += std::string("<th scope=\"col\">") + kSilenceRatio + "</th></tr></thead><tbody>\n";
  table += correlation_rows("Mean", evaluation.hard(), evaluation.soft(), evaluation.silence_ratio());
  for (const TrackEvaluation& track : evaluation.tracks)
    table += correlation_rows(escaped(track.name), track.hard, track.soft, track.silence_ratio);
  return table + "</tbody></table>\n";
}

std::string tile(const std::string& what, const std::optional<double>& value) {
  return "<div class=\"tile\"><b>" + data(value, 2) + "</b><span>" + what + "</span></div>\n";
}

std::string tiles(const Evaluation& evaluation) {
  std::string html = "<div class=\"tiles\">\n";
  const Correlations hard = evaluation.hard();
  for (int p = 0; p < kPairs; ++p)
    html += tile(std::string(kPairWords[p].heard) + " – " + kPairWords[p].seen, hard.pair[p]);
  return html + tile(kSilenceRatio, evaluation.silence_ratio()) + "</div>\n";
}

/// `explained`: with what each measure means.
std::string beauty_table(const Beauty& beauty, bool explained) {
  std::string table = "<table class=\"measures\"><tbody>\n";
  for (int m = 0; m < kBeautyMeasures; ++m) {
    const BeautyDefinition& definition = kBeautyDefinitions[m];
    const std::string meaning =
        explained ? std::string("<span class=\"meaning\">") + definition.meaning + "</span>" : "";
    table += std::string("<tr><th scope=\"row\">") + definition.title + meaning + "</th><td>" +
             data(beauty.measure[m], definition.digits) + "</td></tr>\n";
  }
  return table + "</tbody></table>\n";
}

std::string section(const std::string& title, const std::string& note, const std::string& content) {
  return "<section><h2>" + title + "</h2>\n" + (note.empty() ? "" : "<p class=\"note\">" + note + "</p>\n") + content +
         "</section>\n";
}

constexpr const char* kAboutCorrelations =
    "Pearson’s correlation of what is heard with what is seen, over the frames of a track; means are over the "
    "tracks. Hard: by metrics that training never sees, of plain 128 × 128 escape-time pictures of 100 iterations "
    "(edge density: share of Canny edges; temporal change: mean absolute difference of consecutive greys). Soft: by "
    "the differentiable metrics that training sees. Silence ratio: the change that is left when loudness and flux "
    "are silenced; 0 is perfectly still.";
constexpr const char* kAboutBeauty =
    "What no correlation asks for, of the hard metrics’ pictures and of what steers them; means over the tracks.";
constexpr const char* kAboutPlots =
    "Each pair over 20 s from the middle of the track, by the hard metrics, every series in standard deviations from "
    "its mean (beyond 3.5 at the rim); beside it against each other over the whole track. The path of c goes from red "
    "to yellow: it starts at the small white dot and ends at the large yellow one. Pictures: the most extreme "
    "seconds, apart from each other.";

}  // namespace

Page::Page(Backend& backend, const TrainingState& state, std::string title)
    : backend_(backend), state_(state), title_(std::move(title)) {}

void Page::add(const TrackEvaluation& track, const TrackSeries& series) {
  if (series.frames() == 0) return;
  // A frame is seen when the last of its window has been heard.
  const double first_second = static_cast<double>((state_.config.window.frames - 1) * kHop) / kSampleRate;
  const double length = first_second + static_cast<double>(series.frames() * kHop) / kSampleRate;
  paths_.push_back(path_of(series.playback));
  const std::string open = tracks_.empty() ? " open=\"open\"" : "";
  tracks_.push_back("<details" + open + "><summary>" + escaped(track.name) + " <span>" + minutes(length) +
                    "</span></summary>\n" + pair_figures(track, series, first_second) +
                    "<div class=\"where\"><figure><figcaption>Where c goes</figcaption>" + map_of(paths_.back()) +
                    "</figure><div>" + beauty_table(track.beauty, false) + "</div></div>\n" +
                    passages(backend_, series, first_second) + "</details>\n");
}

std::string Page::html(const Evaluation& evaluation) const {
  const std::string formulation =
      kFormulationNames[static_cast<std::size_t>(formulation_of(state_.config.recipe.motion))];
  const std::string title = escaped(title_);
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
      "'unsafe-inline'\"/>\n<title>" +
      title + " – FractalSync</title>\n<style>" + kStyle + "</style></head>\n<body><main>\n";
  page += "<h1>Do the pictures follow the music?</h1>\n<p class=\"lead\">" + title + " · " + formulation +
          " formulation · " + std::to_string(state_.finished_epochs) + " epochs · " +
          std::to_string(evaluation.tracks.size()) + (evaluation.tracks.size() == 1 ? " track" : " tracks") + "</p>\n";
  page += mandelbrot_symbol(backend_) + tiles(evaluation);
  page += section("Correlations", kAboutCorrelations, correlation_table(evaluation));
  page += section("Worth watching?", kAboutBeauty, beauty_table(evaluation.beauty(), true));
  page += section("Where c goes", "A colour for each track, over the Mandelbrot set.", map_of_all(paths_));
  std::string tracks;
  for (const std::string& track : tracks_) tracks += track;
  page += section("Tracks", kAboutPlots, tracks);
  page += section("Training", "", training_curves(state_));
  page += section("Configuration", "", configuration(state_));
  return page + "</main></body></html>\n";
}

}  // namespace fractalsync::report
