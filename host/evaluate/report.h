// An evaluation as people and programs read it.
#pragma once

#include <string>

#include "host/evaluate/evaluation.h"

namespace fractalsync {

/// A table: one line per track with its hard correlations, then the means, soft and hard.
std::string evaluation_table(const Evaluation& evaluation);

/// {"overall": {"soft": C, "hard": C, "silence_ratio": x, "beauty": B}, "files": [{"path", "soft": C, "hard": C,
/// "silence_ratio", "beauty"}]} on one line; B names its measures as kBeautyDefinitions does.
std::string evaluation_json(const Evaluation& evaluation);

}  // namespace fractalsync
