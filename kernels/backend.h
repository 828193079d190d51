// The interface between the numerics and the rest of the program: one call per stage, in data-flow order.
//
//   PCM -> features -> model_features + deltas -> feature_moments -> window_targets, standardize
//       -> (windows, read in place) -> mlp_forward -> visual_forward -> julia_metrics + connectedness
//       -> loss -> visual_backward -> mlp_backward -> adamw
//
// The atlas formulation has stages of its own for what is drawn (atlas_forward, atlas_backward).
//
// All views are of memory that this backend allocated (`memory()`), unless a call says otherwise. Shapes are checked
// once, at the entry of a call; a wrong one throws CheckFailure. Outputs are overwritten; a call that accumulates says
// so. Results do not depend on the number of threads. A backend belongs to the thread that made it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "core/buffer.h"
#include "core/view.h"
#include "stages/atlas.h"
#include "stages/batch.h"
#include "stages/display.h"
#include "stages/features.h"
#include "stages/julia.h"
#include "stages/loss.h"
#include "stages/metrics.h"
#include "stages/mlp.h"
#include "stages/optimizer.h"
#include "stages/schedule.h"
#include "stages/visual.h"
#include "stages/window.h"

namespace fractalsync {

/// Work on a backend that can be done again and again; see Backend::record.
class Recording {
 public:
  virtual ~Recording() = default;
  /// Does the work once more, in order with everything else asked of the backend. Does not wait for it.
  virtual void replay() = 0;
};

class Backend {
 public:
  virtual ~Backend() = default;

  /// For people, e.g. "cpu (avx512, 2 threads)".
  virtual std::string description() const = 0;
  /// Whose rounding results have, "cpu" or "cuda": what is kept of them (the feature cache) is kept under this name.
  virtual std::string arithmetic() const = 0;
  virtual Memory& memory() = 0;

  /// Copies from and to ordinary host memory; waits until the copy is done.
  virtual void upload_bytes(void* device, const void* host, std::int64_t bytes) = 0;
  virtual void download_bytes(void* host, const void* device, std::int64_t bytes) = 0;
  /// How often the host has waited for the device (copies above included; always 0 on the CPU, where a call returns
  /// when its work is done).
  virtual std::int64_t synchronizations() const = 0;

  /// Makes a unit of `work`: calls of this backend's stages whose arguments stay the same and which neither copy from
  /// or to the host nor use `features`, `feature_moments` or `escape_time_images`. Does nothing of it yet. A GPU
  /// launches a replay as one graph; what changes from one replay to the next lives in backend memory (StepState). The
  /// backend and all that `work` refers to must outlive the recording.
  virtual std::unique_ptr<Recording> record(std::function<void()> work) = 0;

  /// Raw features of a block of frames. `pcm.samples` is *host* memory (audio comes from there); `rows` is host
  /// memory too (the feature cache lives there).
  virtual void features(const FeatureSpec& spec, const PcmBlock& pcm, const FeatureRows& rows) = 0;

  /// The six model features of each frame, on comparable scales: raw [frames, 6] -> model [frames, 6]; of the sound as
  /// it is (`gain` 1), or as if it were `gain` times as loud.
  virtual void model_features(float gain, Matrix<const float> raw, Matrix<float> model) = 0;

  /// How fast each feature of *one file* changes: delta(t, f) = slope per frame of the least-squares line through
  /// features(t - 4 .. t + 4, f), the Savitzky-Golay derivative that librosa.feature.delta computes by default. The
  /// first and last four frames take the slope of the first and last nine (`interp` edges: librosa 0.10, width=9,
  /// order=1). A file of fewer than nine frames has one slope, that of the line through all of it; one of a single
  /// frame has slope 0. Both are [frames, features], and do not overlap.
  virtual void deltas(Matrix<const float> features, Matrix<float> delta) = 0;

  /// Adds to `moments` [F / 6] those of each six columns of `model` [frames, F] (F = 6, 12 or 18), taken from `origin`
  /// [F], in double: what the statistics of music are made of, however many pieces it comes in. `origin` and `moments`
  /// are *host* memory. Waits for the result.
  virtual void feature_moments(View<const float> origin, Matrix<const float> model, View<FeatureMoments> moments) = 0;

  /// What the loss wants followed, of *one track*: row t of `targets` [frames, 4] <- the standardised means of the
  /// target features over the frames [t, t + window) of `model` [frames, F]. The last window - 1 frames start no
  /// window: 0.
  virtual void window_targets(const FeatureStatistics& statistics, int window, Matrix<const float> model,
                              Matrix<float> targets) = 0;

  /// Model features [frames, F] as the network sees them, in place (stages/window.h).
  virtual void standardize(const FeatureStatistics& statistics, Matrix<float> model) = 0;

  /// state <- the next step: its number and its learning rate. state [1].
  virtual void begin_step(const ScheduleSpec& schedule, View<StepState> state) = 0;

  /// Row (step % rows) of `log` [rows, kLossTerms + 1] = the loss terms, then the gradient's norm.
  virtual void record_step(View<const StepState> now, View<const float> terms, View<const float> norm,
                           Matrix<float> log) = 0;

  /// Draws one start per sequence, uniformly over all starts of the table, and the phases each begins with, [sequences,
  /// 1] (rotation) or [sequences, kAtlasPhases], uniform in [0, 2 pi).
  virtual void draw_batch(const StepKey& key, const StartTable& table, View<std::int64_t> starts,
                          Matrix<float> phases) = 0;

  /// Copies the targets of a batch: row (q, i) = frame_targets[starts[q] + i].
  virtual void gather_targets(Matrix<const float> frame_targets, View<const std::int64_t> starts, int length,
                              Matrix<float> targets) = 0;

  /// logits [rows, 7]. `tape` has layout.tape_size(rows) floats; its content after an inference pass is of no use.
  /// Training mode normalises by the batch, updates `statistics`, and drops units by `key`
  /// (which inference does not read).
  virtual void mlp_forward(const MlpLayout& layout, MlpMode mode, const WindowBatch& windows,
                           View<const float> parameters, View<float> statistics, const StepKey& key, View<float> tape,
                           Matrix<float> logits) = 0;

  /// Gradient of the parameters (flat, all of it written, padding 0) from that of the logits, after a training-mode
  /// forward pass with the same arguments; and, unless `grad_windows` is empty, of the windows, [rows, input].
  virtual void mlp_backward(const MlpLayout& layout, const WindowBatch& windows, View<const float> parameters,
                            const StepKey& key, View<const float> tape, Matrix<const float> grad_logits,
                            View<float> grad_parameters, Matrix<float> grad_windows) = 0;

  /// heads [rows, 7] and drawn [rows, 4] of sequences of `length` rows, rotation starting from phases[q].
  virtual void visual_forward(const VisualSpec& spec, int length, Matrix<const float> logits, View<const float> phases,
                              Matrix<float> heads, Matrix<float> drawn) = 0;

  /// grad_logits += what comes through the heads and the motion channel (it accumulates: the loss has put its direct
  /// part there).
  virtual void visual_backward(const VisualSpec& spec, int length, Matrix<const float> heads,
                               Matrix<const float> grad_drawn, Matrix<const float> grad_heads,
                               Matrix<float> grad_logits) = 0;

  /// The same for the atlas formulation; a sequence begins with phases [sequences, kAtlasPhases].
  virtual void atlas_forward(const AtlasSpec& spec, int length, Matrix<const float> logits, Matrix<const float> phases,
                             Matrix<float> heads, Matrix<float> drawn) = 0;
  virtual void atlas_backward(const AtlasSpec& spec, int length, Matrix<const float> logits, Matrix<const float> heads,
                              Matrix<const float> grad_drawn, Matrix<const float> grad_heads,
                              Matrix<float> grad_logits) = 0;

  /// Images [frames, side * side] and, unless empty, tangents [frames, 4 * side * side] (one image per parameter).
  virtual void julia_images(const JuliaSpec& spec, Matrix<const float> drawn, Matrix<float> images,
                            Matrix<float> tangents) = 0;

  /// Images, tangents, metrics and Jacobians of sequences of `length` frames, images staying inside.
  virtual void julia_metrics(const JuliaSpec& julia, const MetricsSpec& metrics, int length, Matrix<const float> drawn,
                             const FrameMetrics& out) = 0;

  /// chi [frames] and its gradient [frames, 2] by Re c and Im c.
  virtual void connectedness(const ConnectednessSpec& spec, Matrix<const float> drawn, View<float> chi,
                             Matrix<float> gradient) = 0;

  /// The hard metrics' images: params [frames, 4] = Re c, Im c, zoom, phi in double, *host* memory both.
  virtual void escape_time_images(const EscapeTimeSpec& spec, Matrix<const double> params,
                                  Matrix<std::uint8_t> images) = 0;

  /// The picture for people: [height, width, 3] bytes, red, green, blue, rows from top to bottom. Symmetric under half
  /// a turn.
  virtual void display(const DisplaySpec& spec, const DisplayFrame& frame, View<std::uint8_t> picture) = 0;

  virtual void loss(const LossSpec& spec, const LossInputs& in, const LossOutputs& out) = 0;

  /// One step, the now.step-th (from 0), with its learning rate. Writes the gradient's global norm before clipping to
  /// norm[0]. When that norm is not finite nothing else is changed.
  virtual void adamw(const AdamWSpec& spec, View<const StepState> now, const AdamWState& state, View<float> norm) = 0;
};

/// Copies a host array into device memory and back.
template <class T>
void upload(Backend& backend, View<const T> host, View<T> device) {
  FS_CHECK_EQ(host.size(), device.size());
  backend.upload_bytes(device.data(), host.data(), host.size() * static_cast<std::int64_t>(sizeof(T)));
}
template <class T>
void download(Backend& backend, View<const T> device, View<T> host) {
  FS_CHECK_EQ(host.size(), device.size());
  backend.download_bytes(host.data(), device.data(), host.size() * static_cast<std::int64_t>(sizeof(T)));
}
/// A host copy of device memory.
template <class T>
std::vector<std::remove_const_t<T>> to_host(Backend& backend, View<T> device) {
  std::vector<std::remove_const_t<T>> host(static_cast<std::size_t>(device.size()));
  backend.download_bytes(host.data(), device.data(), device.size() * static_cast<std::int64_t>(sizeof(T)));
  return host;
}

/// The CPU backend with `threads` threads (0: one per processor). The widest instruction set of this processor
/// is used unless `isa` names one ("baseline", "avx2", "avx512"). Throws Error for one that is not there.
std::unique_ptr<Backend> make_cpu_backend(int threads, const std::string& isa = "");

/// Instruction sets that this program holds code for and this processor runs, widest last.
std::string list_cpu_isas();

}  // namespace fractalsync
