// Stage 2 and the last: the network forward and backward, and AdamW. On batches of the recipe's network, of a wide one,
// and with batch norm and dropout.
#include "bench/arrays.h"
#include "bench/case.h"
#include "stages/mlp_init.h"

namespace fractalsync::bench {
namespace {

constexpr int kFeatures = 6;

/// One network with what a step needs, filled with numbers of a usual size.
struct NetworkStep {
  NetworkStep(Backend& chosen, const MlpSpec& spec, std::int64_t batch, std::uint64_t seed)
      : backend(chosen),
        arrays(chosen, seed),
        layout(spec),
        rows(batch),
        window(spec.input / kFeatures),
        parameters(arrays.copy(initial(seed))),
        gradient(arrays.random(layout.parameter_size(), -1e-3f, 1e-3f)),
        first(arrays.zeros(layout.parameter_size())),
        second(arrays.zeros(layout.parameter_size())),
        statistics(arrays.copy(initial_statistics())),
        tape(arrays.zeros(layout.tape_size(rows))),
        frames(arrays.random((rows + window) * kFeatures, -2, 2)),
        norm(arrays.zeros(1)),
        logits(arrays.zeros(rows, kOutputs)),
        grad_logits(arrays.random(rows, kOutputs, -1e-2f, 1e-2f)),
        starts(arrays.zeros<std::int64_t>(1)),
        now(arrays.copy(std::vector{StepState{.next = 1, .step = 0, .learning_rate = 1e-6f}})) {}

  std::vector<float> initial(std::uint64_t seed) const {
    std::vector<float> host(static_cast<std::size_t>(layout.parameter_size()));
    initialise(layout, seed, host);
    return host;
  }
  std::vector<float> initial_statistics() const {
    std::vector<float> host(static_cast<std::size_t>(layout.statistics_size()));
    initialise_statistics(layout, host);
    return host;
  }
  WindowBatch windows() const { return {frames, kFeatures, window, starts, static_cast<int>(rows)}; }
  StepKey key() const { return {1, now}; }
  void forward() {
    backend.mlp_forward(layout, MlpMode::training, windows(), parameters, statistics, key(), tape, logits);
  }
  void backward() { backend.mlp_backward(layout, windows(), parameters, key(), tape, grad_logits, gradient, {}); }
  void update() { backend.adamw({}, now, {parameters, gradient, first, second}, norm); }

  /// Two flops for each weight and window forward; twice that backward (by the weights and by the inputs), without
  /// the inputs of the first layer. What else there is per unit (bias, ReLU, batch norm) is not counted.
  double flops(bool back) const {
    double forward = 0;
    for (const LayerInfo& layer : layout.layers()) forward += 2.0 * static_cast<double>(rows) * layer.in * layer.out;
    const LayerInfo& input = layout.layers().front();
    return back ? 2 * forward - 2.0 * static_cast<double>(rows) * input.in * input.out : forward;
  }
  /// Forward: parameters, frames (a window's are mostly its neighbour's) and logits, and the tape, written. Backward:
  /// the same read, and a gradient written.
  double bytes(bool back) const {
    return 4.0 * static_cast<double>((back ? 2 : 1) * layout.parameter_size() + rows * kFeatures + rows * kOutputs +
                                     tape.size());
  }

  Backend& backend;
  Arrays arrays;
  MlpLayout layout;
  std::int64_t rows;
  int window;
  View<float> parameters, gradient, first, second, statistics, tape, frames, norm;
  Matrix<float> logits, grad_logits;
  View<std::int64_t> starts;
  View<StepState> now;
};

Case pass(const std::string& suffix, const Products& products, std::uint64_t seed) {
  return {(products.backward ? "mlp_backward" : "mlp_forward") + suffix,
          [products, seed](Backend& backend) -> Prepared {
            auto step = std::make_shared<NetworkStep>(backend, products.network, products.rows, seed);
            step->forward();
            const Work work{"window", static_cast<double>(products.rows), step->flops(products.backward),
                            step->bytes(products.backward)};
            if (products.backward) return {step, [step] { step->backward(); }, work};
            return {step, [step] { step->forward(); }, work};
          },
          true, products};
}

/// Per parameter: the norm takes 2 flops, the update 15 (kernels/math/adamw.h), four arrays are read, the gradient
/// twice, and three written.
Prepared adamw(Backend& backend, const Sizes& sizes) {
  auto step = std::make_shared<NetworkStep>(backend, sizes.network, 1, sizes.seed);
  const double n = static_cast<double>(step->layout.parameter_size());
  return {step, [step] { step->update(); }, {"parameter", n, 17 * n, 8 * floats(n)}};
}

}  // namespace

std::vector<Case> network_cases(const Sizes& sizes) {
  MlpSpec regularised = sizes.network;
  regularised.batch_norm = true;
  regularised.dropout = 0.1f;
  std::vector<Case> cases;
  const auto add = [&](const std::string& kind, const MlpSpec& network, std::int64_t rows) {
    for (const bool backward : {false, true})
      cases.push_back(pass("/windows:" + std::to_string(rows) + kind, {network, rows, backward}, sizes.seed));
  };
  add("", sizes.network, sizes.frames());
  add("", sizes.network, sizes.many_frames());
  add("/batch_norm", regularised, sizes.frames());
  add("/wide", sizes.wide, sizes.frames());
  cases.push_back({"adamw", [sizes](Backend& backend) { return adamw(backend, sizes); }});
  return cases;
}

}  // namespace fractalsync::bench
