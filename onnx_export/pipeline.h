// pipeline.onnx: sound in, what is drawn out, one call per hop of 512 samples. The graph holds the whole chain:
//
//   pcm -> frames -> spectrum -> six features a frame -> [deltas] -> features [W, F] -> network -> heads
//       -> motion channel (with `state`) -> visual_parameters [1, 7], rotation [1], next_state
//
// A call sees the samples of one window and computes all its frames anew; `state` carries what a window
// does not hold: the motion channel, and how many calls there have been. IR version 8, opset 17, and only operators
// that every execution provider has.
//
// The stream starts with the call whose `state` is zeros. Then `pcm` must be the stream's first whole window: the first
// sample of the stream at pcm[first_sample()], zeros before it. (A caller may as well start at once, with zeros in
// place of what has not been heard: then the stream simply begins with silence.) From there on, with 512 new samples a
// call, call i gives what the program itself makes of the window that starts at frame i of a file with these samples:
// the first frame has no flux and no onset, the step from the zeros to the first sample is no zero crossing, deltas
// have their edge, low-passes start at their first value and the rotation at rest. Where the stream ends the graph
// cannot know: a caller that pads the end with zeros can count one crossing more there than the program does.
//
// A sample that is no sound (stages/sample.h) counts as 0: nothing that is heard can make the state NaN or infinite.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "math/deltas.h"
#include "onnx_export/model.h"

namespace fractalsync {

inline constexpr const char* kPipelineSound = "pcm";
inline constexpr const char* kPipelineState = "state";
inline constexpr const char* kPipelineRotation = "rotation";
inline constexpr const char* kPipelineFeatures = "features";
inline constexpr const char* kPipelineNextState = "next_state";
inline constexpr const char* kJourneyState = "journey";  ///< the one element of the state that a caller may set

/// Names of the state's elements: how many calls there were so far, which stops counting when nothing depends on it any
/// more; plain, c and ln zoom after their low-passes; atlas, the heads after their low-passes and the journey's phase;
/// last the rotation, radians, [0, 2 pi).
std::vector<std::string> state_names(const MotionSpec& motion);
inline std::int64_t state_size(const MotionSpec& motion) {
  return static_cast<std::int64_t>(state_names(motion).size());
}

/// The state to begin a stream with: zeros, but for the journey if it has one.
std::vector<float> first_state(const MotionSpec& motion, float journey);

/// How many of what a call computes.
struct PipelineShape {
  int window = 0;  ///< W
  int orders = 0;  ///< 0: no deltas, 1: deltas, 2: deltas of deltas

  explicit PipelineShape(const WindowSpec& spec)
      : window(spec.frames),
        orders(spec.include_delta_delta ? 2
               : spec.include_delta     ? 1
                                        : 0) {}

  /// Frames by which the newest row of `features` lags behind the newest whole frame: a slope needs later frames.
  int lag_frames() const { return kDeltaLag * orders; }
  /// Frames that have features: those of the window, and those under the slopes at its ends.
  int rows() const { return window + 2 * lag_frames(); }
  /// Hops of samples: the first row is compared with the frame before it.
  int blocks() const { return rows() + kFftSize / kHop; }
  std::int64_t samples() const { return std::int64_t{kHop} * blocks(); }
  /// Block of `pcm` that starts with the stream's first sample, in the first call.
  int first_block() const { return kFftSize / (2 * kHop) + 1 + lag_frames(); }
  std::int64_t first_sample() const { return std::int64_t{kHop} * first_block(); }
};

/// False for windows that are too short for deltas: the slope at the start of a stream reaches nine frames, and a call
/// knows fewer of them.
bool has_pipeline(const WindowSpec& window);

/// The bytes of pipeline.onnx, not yet verified (see verify_pipeline.h). Throws Error when the network holds a number
/// that is not finite, and when it has no pipeline; CheckFailure when the arrays do not fit the layout.
std::string pipeline_bytes(const ExportModel& model);

}  // namespace fractalsync
