#include "host/train/history.h"

#include <nlohmann/json.hpp>

#include "host/evaluate/correlation_json.h"
#include "host/io/atomic_file.h"

namespace fractalsync {

std::string history_line(const EpochRecord& record) {
  nlohmann::ordered_json line;
  line["epoch"] = record.epoch;
  for (int k = 0; k < kLossTerms; ++k) line[kLossTermNames[k]] = record.terms[k];
  line["gradient_norm"] = record.gradient_norm;
  line["learning_rate"] = record.learning_rate;
  line["steps"] = record.steps;
  if (record.validation) line["validation"] = to_json(*record.validation);
  return line.dump();
}

void write_history(const std::filesystem::path& path, const std::vector<EpochRecord>& history) {
  std::string lines;
  for (const EpochRecord& record : history) lines += history_line(record) + "\n";
  write_file_atomically(path, lines);
}

}  // namespace fractalsync
