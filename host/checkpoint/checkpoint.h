// Checkpoints: a run's whole state as one file. A run restored from it continues bit for bit; a network is exported and
// evaluated from it. The file:
//
//   8 bytes magic | uint32 version of this framing | uint64 length of payload | payload | uint32 CRC-32 of all before
//
// little-endian, the payload being a message of checkpoint.proto.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "host/train/state.h"

namespace fractalsync {

/// Writes atomically. Throws Error, leaving what was at `path`, when it cannot be written or when the network holds a
/// number that is not finite.
void write_checkpoint(const std::filesystem::path& path, const TrainingState& state);

/// Throws Error, one sentence that names the file, when it is not a checkpoint, is damaged, was written by a newer
/// program, or holds tensors that are not those of its network.
TrainingState read_checkpoint(const std::filesystem::path& path);

/// Whether two states are moments of one run: same configuration (the number of epochs apart, which a resumed run may
/// change), same music.
bool of_one_run(const TrainingState& a, const TrainingState& b);

/// The same without a file; `name` is what an error calls it.
std::string checkpoint_bytes(const TrainingState& state);
TrainingState parse_checkpoint(std::string_view bytes, const std::string& name);

}  // namespace fractalsync
