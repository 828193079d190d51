// Choosing where the numerics run.
#pragma once

#include <memory>
#include <string>

#include "backend.h"

namespace fractalsync {

/// What is wrong with the name of a device, in one sentence; empty for "auto", "cpu", "cuda" and "cuda:N".
std::string check_device_name(const std::string& device);

/// The backend for `device`: "cpu"; "cuda" or "cuda:N" (GPU number N, from 0); or "auto": the first GPU that can be
/// used, else the CPU. Throws Error, saying why, when the one asked for cannot be had; nothing else is put in its
/// place. `threads`: CPU threads, 0 for all.
std::unique_ptr<Backend> make_backend(const std::string& device, int threads);

/// One line per device: what can be used here, and why not what cannot.
std::string describe_devices();

}  // namespace fractalsync
