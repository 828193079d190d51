// What the installed libraries promise to others: draws one Julia set on the best device there is, writes a fresh
// network as ONNX and reads it back.
#include <make_backend.h>
#include <onnx_export/model.h>
#include <onnx_export/reader.h>
#include <stages/mlp_init.h>

#include <cstdio>

int main() {
  using namespace fractalsync;
  const auto backend = make_backend("auto", 1);
  JuliaSpec spec;
  const float douady_rabbit[] = {-0.123f, 0.745f, 1.0f, 0.0f};
  const std::int64_t pixels = std::int64_t{spec.side} * spec.side;
  Buffer<float> drawn(backend->memory(), kDrawnColumns), image(backend->memory(), pixels);
  upload<float>(*backend, View<const float>(douady_rabbit, kDrawnColumns), drawn.view());
  backend->julia_images(spec, drawn.matrix(1, kDrawnColumns), image.matrix(1, pixels), {});
  float brightest = 0;
  for (const float value : to_host(*backend, image.view())) brightest = value > brightest ? value : brightest;

  ExportModel model{.layout = MlpLayout({.input = WindowSpec{}.input()})};
  model.parameters.resize(static_cast<std::size_t>(model.layout.parameter_size()));
  initialise(model.layout, 1, model.parameters);
  model.feature_mean.assign(static_cast<std::size_t>(model.window.features()), 0.0f);
  model.feature_std.assign(static_cast<std::size_t>(model.window.features()), 1.0f);
  const OnnxModel read = read_model(model_bytes(model));

  std::printf("%s: brightest pixel %g, %zu nodes\n", backend->description().c_str(), double{brightest},
              read.nodes.size());
  return brightest > 0 && !read.nodes.empty() ? 0 : 1;
}
