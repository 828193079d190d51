#include "host/evaluate/report.h"

#include <algorithm>
#include <cstdio>

#include "host/evaluate/correlation_json.h"

namespace fractalsync {
namespace {

constexpr std::size_t kNameWidth = 40;

std::string cell(const std::optional<double>& value) {
  if (!value) return "          -";
  char text[32];
  std::snprintf(text, sizeof text, " %10.2f", *value);
  return text;
}

/// Counts and cuts whole UTF-8 characters, the end of the name being the part that tells files apart.
std::string fitted(const std::string& name) {
  std::size_t characters = 0;
  for (const char c : name) characters += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1u : 0u;
  std::string text = name;
  if (characters > kNameWidth) {
    std::size_t at = 0, skip = characters - (kNameWidth - 2);
    while (skip > 0 || (at < name.size() && (static_cast<unsigned char>(name[at]) & 0xC0) == 0x80)) {
      if ((static_cast<unsigned char>(name[at]) & 0xC0) != 0x80) --skip;
      ++at;
    }
    text = ".." + name.substr(at);
    characters = kNameWidth;
  }
  return text + std::string(kNameWidth - characters, ' ');
}

std::string row(const std::string& name, const Correlations& c, const std::optional<double>& silence) {
  std::string line = fitted(name);
  for (const auto& r : c.pair) line += cell(r);
  return line + cell(silence) + "\n";
}

}  // namespace

std::string evaluation_table(const Evaluation& evaluation) {
  std::string table = fitted("") + "   centroid       flux        rms        zcr    silence\n" + fitted("track") +
                      "      - hue   - change   - change    - edges      ratio\n";
  for (const TrackEvaluation& track : evaluation.tracks) table += row(track.name, track.hard, track.silence_ratio);
  table += row("mean, hard metrics", evaluation.hard(), evaluation.silence_ratio());
  table += row("mean, soft metrics", evaluation.soft(), std::nullopt);
  return table;
}

std::string evaluation_json(const Evaluation& evaluation) {
  nlohmann::ordered_json all;
  all["overall"] = {{"soft", to_json(evaluation.soft())},
                    {"hard", to_json(evaluation.hard())},
                    {"silence_ratio", to_json(evaluation.silence_ratio())},
                    {"beauty", to_json(evaluation.beauty())}};
  all["files"] = nlohmann::ordered_json::array();
  for (const TrackEvaluation& track : evaluation.tracks)
    all["files"].push_back({{"path", track.name},
                            {"soft", to_json(track.soft)},
                            {"hard", to_json(track.hard)},
                            {"silence_ratio", to_json(track.silence_ratio)},
                            {"beauty", to_json(track.beauty)}});
  // A file name need not be UTF-8; JSON must be.
  return all.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace fractalsync
