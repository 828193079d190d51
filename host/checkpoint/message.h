// Between a run's state and the messages of checkpoint.proto. Internal to the checkpoint library: the only header that
// shows Protobuf classes.
#pragma once

#include "checkpoint.pb.h"
#include "host/train/state.h"

namespace fractalsync {

/// Throws CheckFailure when an array does not fit the layout of the state's network.
checkpoint::Checkpoint encode(const TrainingState& state);

/// Throws Error (a reason, without the file's name) when the message does not make sense in itself.
TrainingState decode(const checkpoint::Checkpoint& in);

/// The configuration's part of the above.
void encode(const TrainConfig& config, checkpoint::Config& out);
TrainConfig decode(const checkpoint::Config& in);

}  // namespace fractalsync
