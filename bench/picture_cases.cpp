// Stages 3 to 6: heads and motion, images with their tangents, metrics, and the loss. The frames lie around the main
// cardioid (both sides of the boundary, a tenth of the pixels inside), as a training step sees them.
#include <algorithm>
#include <cmath>

#include "bench/arrays.h"
#include "bench/case.h"
#include "math/display.h"
#include "math/julia.h"

namespace fractalsync::bench {
namespace {

// c = -0.75 + 0.15i +- 0.15 in each part, ln zoom +- 0.3, phi +- 3.
std::vector<float> made_up_drawn(const Sizes& sizes, std::int64_t frames) {
  constexpr float kMiddle[] = {-0.75f, 0.15f, 0, 0}, kSpread[] = {0.15f, 0.15f, 0.3f, 3};
  std::vector<float> drawn = random_numbers(sizes.seed, frames * kDrawnColumns, -1, 1);
  for (std::size_t i = 0; i < drawn.size(); ++i) drawn[i] = kMiddle[i % 4] + kSpread[i % 4] * drawn[i];
  return drawn;
}

Matrix<float> on_device(Arrays& arrays, const std::vector<float>& rows, std::int64_t columns) {
  return {arrays.copy(rows).data(), static_cast<std::int64_t>(rows.size()) / columns, columns};
}

/// Iterations of all orbits of a batch, and of those that escape; of half of each image, which is the other's mirror
/// image.
struct Iterations {
  double all = 0, escaped = 0;
};
Iterations count_iterations(const JuliaSpec& spec, const std::vector<float>& drawn) {
  // What the first frames take stands for all.
  const std::size_t frames = drawn.size() / kDrawnColumns, counted = std::min<std::size_t>(frames, 64);
  const double bailout = 4.0 * spec.bailout * spec.bailout;  // of |Z| = |2 z|
  Iterations sum;
  for (std::size_t frame = 0; frame < counted; ++frame) {
    const float* const d = drawn.data() + frame * kDrawnColumns;
    const auto view = math::julia_view<double>(spec, d[kDrawnReal], d[kDrawnImag], d[kDrawnLogZoom], d[kDrawnPhi]);
    for (int row = 0; row < spec.side / 2; ++row)
      for (int column = 0; column < spec.side; ++column) {
        auto z = math::start_point(view, math::grid_position(2.0 * column + 1, spec.side),
                                   math::grid_position(2.0 * row + 1, spec.side));
        int steps = 0;
        for (; steps < spec.max_iterations && math::squared_length(z) <= bailout; ++steps)
          z = math::next_point(z, 4 * view.c_re, 2 * view.c_im);
        sum.all += steps;
        if (steps < spec.max_iterations) sum.escaped += steps;
      }
  }
  const double scale = static_cast<double>(frames) / static_cast<double>(counted);
  return {sum.all * scale, sum.escaped * scale};
}

/// An iteration takes 3 flops for |Z|^2, 2 for the steepness and 7 for the next Z; its share of the tangents, by the
/// shortest way, which is backwards (math/julia.h: a complex product, a division, two products and a sum), 14.
double image_flops(const Iterations& iterations, bool tangents) {
  return 12 * iterations.all + (tangents ? 14 * iterations.escaped : 0);
}
/// Per pixel of half an image: the edge's adjoint image (two stencils each way, a division: 40), mean, deviation and
/// change (10), and the products of the four tangents with three adjoint images and with those of the change in this
/// image and the last (2 x 4 x 5).
double metric_flops(const JuliaSpec& spec, std::int64_t frames) {
  return static_cast<double>(frames) * spec.side * spec.side / 2 * (40 + 10 + 40);
}

std::string image_axes(const JuliaSpec& spec, std::int64_t frames) {
  return "/frames:" + std::to_string(frames) + "/iterations:" + std::to_string(spec.max_iterations);
}

JuliaSpec julia_spec(const Sizes& sizes, int iterations, JuliaImage image = JuliaImage::V) {
  return {.image = image, .side = sizes.side, .max_iterations = iterations};
}

Case images(const Sizes& sizes, const JuliaSpec& spec, std::int64_t frames, bool tangents) {
  return {"julia_images" + image_axes(spec, frames) + (spec.image == JuliaImage::Q ? "/image:Q" : "") +
              (tangents ? "/tangents" : ""),
          [=](Backend& backend) -> Prepared {
            auto arrays = std::make_shared<Arrays>(backend, sizes.seed);
            const std::vector<float> drawn = made_up_drawn(sizes, frames);
            const std::int64_t pixels = std::int64_t{spec.side} * spec.side;
            const Matrix<float> rows = on_device(*arrays, drawn, kDrawnColumns),
                                intensity = arrays->zeros(frames, pixels),
                                by = tangents ? arrays->zeros(frames, kTangents * pixels) : Matrix<float>();
            const double n = static_cast<double>(frames);
            return {arrays,
                    [=, &backend] { backend.julia_images(spec, rows, intensity, by); },
                    {"frame", n, image_flops(count_iterations(spec, drawn), tangents),
                     n * floats(kDrawnColumns, pixels, by.cols())}};
          }};
}

Case metrics(const Sizes& sizes, const JuliaSpec& spec, std::int64_t frames) {
  return {"julia_metrics" + image_axes(spec, frames), [=](Backend& backend) -> Prepared {
            auto arrays = std::make_shared<Arrays>(backend, sizes.seed);
            const std::vector<float> drawn = made_up_drawn(sizes, frames);
            const Matrix<float> rows = on_device(*arrays, drawn, kDrawnColumns);
            const FrameMetrics out{arrays->zeros(frames, kMetrics), arrays->zeros(frames, kMetrics * kTangents),
                                   arrays->zeros(frames, kTangents)};
            const int length = sizes.length;
            const double n = static_cast<double>(frames);
            return {arrays,
                    [=, &backend] { backend.julia_metrics(spec, {}, length, rows, out); },
                    {"frame", n, image_flops(count_iterations(spec, drawn), true) + metric_flops(spec, frames),
                     n * floats(kDrawnColumns, kMetrics, kMetrics * kTangents, kTangents)}};
          }};
}

/// Per iteration 3 flops for |z|^2, 8 for the derivative, 7 for the next z; up to the escape or, in a float, 100 steps.
Prepared connectedness(Backend& backend, const Sizes& sizes) {
  auto arrays = std::make_shared<Arrays>(backend, sizes.seed);
  const std::int64_t frames = sizes.frames();
  const std::vector<float> drawn = made_up_drawn(sizes, frames);
  const Matrix<float> rows = on_device(*arrays, drawn, kDrawnColumns), gradient = arrays->zeros(frames, 2);
  const View<float> chi = arrays->zeros(frames);
  const ConnectednessSpec spec;
  double steps = 0;
  for (std::size_t i = 0; i < drawn.size(); i += kDrawnColumns) {
    double re = 0, im = 0;
    for (int k = 0; k < std::min(spec.max_iterations, math::kDeepest<float>); ++k, ++steps) {
      if (re * re + im * im > double{spec.bailout} * spec.bailout) break;
      const double next = re * re - im * im + drawn[i + kDrawnReal];
      im = 2 * re * im + drawn[i + kDrawnImag];
      re = next;
    }
  }
  const double n = static_cast<double>(frames);
  return {arrays,
          [=, &backend] { backend.connectedness(spec, rows, chi, gradient); },
          {"frame", n, 18 * steps, n * floats(kDrawnColumns, 1, 2)}};
}

/// In double, 10 flops an iteration; host arrays, a byte per pixel.
Prepared escape_time_images(Backend& backend, const Sizes& sizes) {
  struct Images {
    std::vector<double> params;
    std::vector<std::uint8_t> bytes;
  };
  auto host = std::make_shared<Images>();
  const std::int64_t count = sizes.escape_images;
  const EscapeTimeSpec spec{.side = sizes.escape_side, .max_iterations = sizes.iterations};
  const std::int64_t pixels = std::int64_t{spec.side} * spec.side;
  for (const float value : made_up_drawn(sizes, count)) host->params.push_back(static_cast<double>(value));
  for (std::size_t i = kDrawnLogZoom; i < host->params.size(); i += kDrawnColumns)
    host->params[i] = std::exp(host->params[i]);
  host->bytes.resize(static_cast<std::size_t>(count * pixels));
  const Matrix<const double> params(host->params.data(), count, 4);
  const Matrix<std::uint8_t> out(host->bytes.data(), count, pixels);
  backend.escape_time_images(spec, params, out);
  double steps = 0;  // a pixel's byte tells its iterations
  for (const std::uint8_t byte : host->bytes) steps += byte / 255.0 * spec.max_iterations;
  const double n = static_cast<double>(count);
  return {host,
          [=, &backend] { backend.escape_time_images(spec, params, out); },
          {"image", n, 10 * steps, n * (32 + static_cast<double>(pixels)), true}};
}

/// On the boundary of the main cardioid, where a trained network draws: psi = 2, rho = 1.
constexpr DisplayFrame kDisplayed{.c_re = -0.0446622f, .c_im = 0.6438493f, .log_zoom = 0.26f, .phi = 0.4f};

/// Per step of a sample 8 flops for the point, 11 for the derivative, one for the nearest. Half a picture is computed.
Prepared display(Backend& backend, const Sizes& sizes) {
  auto arrays = std::make_shared<Arrays>(backend, sizes.seed);
  const DisplaySpec spec{.width = sizes.display_width, .height = sizes.display_height};
  const View<std::uint8_t> picture = arrays->zeros<std::uint8_t>(display_bytes(spec));
  const math::DisplayView view = math::display_view(spec, kDisplayed);
  const math::DisplayTrap trap = math::display_trap(view);
  double steps = 0, samples = 0;
  // A pixel of every 8 x 8 stands for all.
  for (int row = 0; row < (spec.height + 1) / 2; row += 8)
    for (int column = 0; column < spec.width; column += 8, ++samples) {
      const auto at = math::display_place(view, static_cast<float>(row), static_cast<float>(column), 0, 0);
      steps += static_cast<double>(math::display_orbit(trap, at.x, at.y, view.c_re, view.c_im).count);
    }
  const double pixels = static_cast<double>(display_bytes(spec)) / 3;
  return {arrays,
          [=, &backend] { backend.display(spec, kDisplayed, picture); },
          {"picture", 1, 20 * steps / samples * pixels / 2 * spec.samples * spec.samples, 3 * pixels}};
}

/// The same in the app's first look, whose operations are not counted.
Prepared display_look(Backend& backend, const Sizes& sizes) {
  auto arrays = std::make_shared<Arrays>(backend, sizes.seed);
  const DisplaySpec spec{.width = sizes.display_width, .height = sizes.display_height, .look = Look::aurora};
  const View<std::uint8_t> picture = arrays->zeros<std::uint8_t>(display_bytes(spec));
  return {arrays,
          [=, &backend] { backend.display(spec, kDisplayed, picture); },
          {"picture", 1, 0, static_cast<double>(display_bytes(spec))}};
}

/// All rows that stages 3 and 6 read and write.
struct Frames {
  Frames(Backend& backend, const Sizes& sizes) : arrays(backend, sizes.seed), frames(sizes.frames()) {}

  Arrays arrays;
  std::int64_t frames;
  Matrix<float> logits = arrays.random(frames, kOutputs, -1, 1), heads = arrays.random(frames, kHeads, 0.1f, 0.9f),
                drawn = arrays.random(frames, kDrawnColumns, -0.5f, 0.5f),
                grad_logits = arrays.random(frames, kOutputs, -1, 1), grad_heads = arrays.random(frames, kHeads, -1, 1),
                grad_drawn = arrays.random(frames, kDrawnColumns, -1, 1),
                targets = arrays.random(frames, kTargets, -1, 1), metrics = arrays.random(frames, kMetrics, 0, 1),
                jacobian = arrays.random(frames, kMetrics*kTangents, -1, 1),
                previous = arrays.random(frames, kTangents, -1, 1), chi_gradient = arrays.random(frames, 2, -1, 1);
  View<float> chi = arrays.random(frames, 0, 1), terms = arrays.zeros(kLossTerms), phases = arrays.zeros(frames);
};

Prepared visual_forward(Backend& backend, const Sizes& sizes) {
  auto f = std::make_shared<Frames>(backend, sizes);
  const View<float> phases = f->phases.subview(0, sizes.sequences);
  const double n = static_cast<double>(f->frames);
  const int length = sizes.length;
  return {f,
          [=, &backend] { backend.visual_forward({}, length, f->logits, phases, f->heads, f->drawn); },
          {"frame", n, 0, n * floats(kOutputs, kHeads, kDrawnColumns)}};
}

Prepared visual_backward(Backend& backend, const Sizes& sizes) {
  auto f = std::make_shared<Frames>(backend, sizes);
  const double n = static_cast<double>(f->frames);
  const int length = sizes.length;
  return {
      f,
      [=, &backend] { backend.visual_backward({}, length, f->heads, f->grad_drawn, f->grad_heads, f->grad_logits); },
      {"frame", n, 0, n * floats(kHeads, kDrawnColumns, kHeads, 2 * kOutputs)}};
}

/// Some two hundred flops in double a frame each way, and numbers of the atlas that stay in the cache.
Prepared atlas_forward(Backend& backend, const Sizes& sizes) {
  auto f = std::make_shared<Frames>(backend, sizes);
  const Matrix<float> phases = f->arrays.zeros(sizes.sequences, kAtlasPhases);
  const double n = static_cast<double>(f->frames);
  const int length = sizes.length;
  return {f,
          [=, &backend] { backend.atlas_forward({}, length, f->logits, phases, f->heads, f->drawn); },
          {"frame", n, n * 200, n * floats(kOutputs, kHeads, kDrawnColumns)}};
}

Prepared atlas_backward(Backend& backend, const Sizes& sizes) {
  auto f = std::make_shared<Frames>(backend, sizes);
  const double n = static_cast<double>(f->frames);
  const int length = sizes.length;
  return {f,
          [=, &backend] {
            backend.atlas_backward({}, length, f->logits, f->heads, f->grad_drawn, f->grad_heads, f->grad_logits);
          },
          {"frame", n, n * 200, n * floats(kOutputs, kHeads, kDrawnColumns, kHeads, 2 * kOutputs)}};
}

Prepared loss(Backend& backend, const Sizes& sizes) {
  auto f = std::make_shared<Frames>(backend, sizes);
  const LossInputs in{sizes.length, f->targets,  f->logits,   f->heads, f->drawn,
                      f->metrics,   f->jacobian, f->previous, f->chi,   f->chi_gradient};
  const LossOutputs out{f->terms, f->grad_drawn, f->grad_heads, f->grad_logits};
  const double n = static_cast<double>(f->frames);
  return {f,
          [=, &backend] { backend.loss({}, in, out); },
          {"frame", n, 0,
           n * (floats(kTargets, kMetrics, kMetrics * kTangents, kTangents, 1, 2) +
                2 * floats(kOutputs, kHeads, kDrawnColumns))}};
}

}  // namespace

std::vector<Case> picture_cases(const Sizes& sizes) {
  const std::string frames = "/frames:" + std::to_string(sizes.frames());
  const auto with = [&](auto prepare) { return [sizes, prepare](Backend& b) { return prepare(b, sizes); }; };
  const JuliaSpec v = julia_spec(sizes, sizes.iterations), shallow = julia_spec(sizes, (sizes.iterations + 1) / 2),
                  q = julia_spec(sizes, std::min(sizes.iterations, 24), JuliaImage::Q);
  return {{"visual_forward" + frames, with(visual_forward)},
          images(sizes, v, sizes.frames(), false),
          images(sizes, v, sizes.frames(), true),
          images(sizes, q, sizes.frames(), true),
          metrics(sizes, shallow, sizes.frames()),
          metrics(sizes, v, sizes.frames()),
          metrics(sizes, v, sizes.many_frames()),
          {"connectedness" + frames, with(connectedness)},
          {"escape_time_images/images:" + std::to_string(sizes.escape_images), with(escape_time_images), false},
          {"display/pixels:" + std::to_string(sizes.display_width) + "x" + std::to_string(sizes.display_height),
           with(display)},
          {"display/pixels:" + std::to_string(sizes.display_width) + "x" + std::to_string(sizes.display_height) +
               "/look:aurora",
           with(display_look)},
          {"loss" + frames, with(loss)},
          {"visual_backward" + frames, with(visual_backward)},
          {"atlas_forward" + frames, with(atlas_forward)},
          {"atlas_backward" + frames, with(atlas_backward)}};
}

}  // namespace fractalsync::bench
