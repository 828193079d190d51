// The history of a run as JSON lines: one object per epoch, in order.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/train/state.h"

namespace fractalsync {

/// {"epoch": 3, "loss": ..., "timbre_color_loss": ..., ..., "gradient_norm": ..., "learning_rate": ..., "validation":
/// {...}}
std::string history_line(const EpochRecord& record);

/// Writes the whole history, atomically.
void write_history(const std::filesystem::path& path, const std::vector<EpochRecord>& history);

}  // namespace fractalsync
