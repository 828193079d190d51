// Writes, for every variant of the exported model, a folder with model.onnx, its metadata, 1000 random windows
// (inputs.npy) and what the network makes of them (expected.npy): what the checks outside this program read.
#include <cstdio>
#include <filesystem>

#include "core/check.h"
#include "host/io/atomic_file.h"
#include "host/io/npy.h"
#include "network.h"
#include "onnx_export/metadata.h"
#include "onnx_export/verify.h"

namespace fractalsync {
namespace {

void write_variant(const std::filesystem::path& folder, const WindowSpec& window, bool batch_norm) {
  constexpr std::int64_t kWindows = 1000;
  std::filesystem::create_directories(folder);
  const ExportModel model = test::random_model(window, batch_norm, 31);
  write_file_atomically(folder / "model.onnx", model_bytes(model));
  write_file_atomically(folder / "model.onnx_metadata.json", metadata_json(model));
  const std::vector<float> windows = random_windows(model, kWindows, 6, 32);
  std::vector<float> visual(kWindows * kHeads);
  test::native_forward(model, Matrix<const float>(windows.data(), kWindows, window.input()),
                       Matrix<float>(visual.data(), kWindows, kHeads));
  write_npy<float>(folder / "inputs.npy", {kWindows, window.input()}, windows);
  write_npy<float>(folder / "expected.npy", {kWindows, kHeads}, visual);
}

}  // namespace
}  // namespace fractalsync

int main(int argc, char** argv) try {
  using fractalsync::WindowSpec;
  if (argc != 2) throw fractalsync::Error("usage: onnx_write_models FOLDER");
  const std::filesystem::path folder = argv[1];
  for (const bool batch_norm : {false, true}) {
    const std::string suffix = batch_norm ? "_norm" : "";
    fractalsync::write_variant(folder / ("base" + suffix), WindowSpec{10, false, false}, batch_norm);
    fractalsync::write_variant(folder / ("delta" + suffix), WindowSpec{10, true, false}, batch_norm);
    fractalsync::write_variant(folder / ("delta_delta" + suffix), WindowSpec{10, true, true}, batch_norm);
  }
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
