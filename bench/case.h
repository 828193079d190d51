// A benchmark case: one piece of work, what it comes to by formula, and what a library would have to do instead.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "backend.h"

namespace fractalsync::bench {

/// Does the work once.
using Run = std::function<void()>;

/// What one run comes to. A formula that says so stands beside each case.
struct Work {
  const char* item = "step";  ///< what is counted: frame, window, ...
  double items = 1;
  double flops = 0;      ///< additions, multiplications, divisions, ...; a fused multiply-add is two; 0: not counted
  double bytes = 0;      ///< what has to come from and go to memory at least: every input once, every output once
  bool float64 = false;  ///< in which precision the flops are
};

/// Bytes of so many floats.
constexpr double floats(auto... counts) { return 4.0 * (static_cast<double>(counts) + ...); }

struct Prepared {
  std::shared_ptr<void> arrays;  ///< what `run` works on
  Run run;
  Work work;
};

/// Real transforms of `frames` frames of kFftSize samples, kHop apart, and their power.
struct Transforms {
  std::int64_t frames = 0;
};
/// The matrix products of a network's forward or backward pass over `rows` windows (with batch norm where the network
/// has it).
struct Products {
  MlpSpec network;
  std::int64_t rows = 0;
  bool backward = false;
};
/// The part of a case that libraries know.
using Problem = std::variant<std::monostate, Transforms, Products>;

/// How large the cases are. The defaults are what a training run has; tests take less.
struct Sizes {
  std::int64_t seconds = 60;           ///< of audio
  std::int64_t music_frames = 155040;  ///< of a training's music: an hour
  int sequences = 2, many_sequences = 16, length = 128;
  MlpSpec network{}, wide{.hidden = {1024, 1024}};
  int side = 48, iterations = 100;
  std::int64_t escape_images = 16;
  int escape_side = 128;
  int display_width = 1920, display_height = 1080;
  std::uint64_t seed = 0;

  std::int64_t frames() const { return std::int64_t{sequences} * length; }
  std::int64_t many_frames() const { return std::int64_t{many_sequences} * length; }
};

struct Case {
  std::string name;  ///< the stage, then what it is measured on: "mlp_forward/windows:256"
  /// Makes and fills the arrays.
  std::function<Prepared(Backend&)> prepare;
  /// Neither copies from nor to the host, so that a backend can record it (Backend::record).
  bool recordable = true;
  Problem problem = {};
};

/// Every stage of backend.h, and whole training steps, in data-flow order.
std::vector<Case> all_cases(const Sizes& sizes);

std::vector<Case> feature_cases(const Sizes& sizes);
std::vector<Case> batch_cases(const Sizes& sizes);
std::vector<Case> network_cases(const Sizes& sizes);
std::vector<Case> picture_cases(const Sizes& sizes);
std::vector<Case> step_cases(const Sizes& sizes);

/// A training step of so many sequences, of the sizes' length, network and pictures, but with `iterations`.
Case training_step(const Sizes& sizes, int sequences, int iterations);

}  // namespace fractalsync::bench
