// Choosing where the numerics run.
#pragma once

#include <memory>
#include <string>

#include "backend.h"

namespace fractalsync {

/// The backend for `device`: "cpu", "cuda", or "auto" (the best that is usable here). Throws Error, saying why, when
/// the one asked for cannot be had; nothing else is put in its place. `threads`: CPU threads, 0 for all.
std::unique_ptr<Backend> make_backend(const std::string& device, int threads);

/// One line per device: what can be used here, and why not what cannot.
std::string describe_devices();

}  // namespace fractalsync
