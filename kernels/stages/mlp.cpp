#include "stages/mlp.h"

namespace fractalsync {

MlpLayout::MlpLayout(MlpSpec spec) : spec_(std::move(spec)) {}
std::int64_t MlpLayout::trainable_count() const { return 0; }
std::int64_t MlpLayout::tape_size(std::int64_t) const { return 0; }

}  // namespace fractalsync
