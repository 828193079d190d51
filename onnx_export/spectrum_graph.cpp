#include "onnx_export/spectrum_graph.h"

#include "math/features.h"
#include "math/fft.h"

namespace fractalsync {
namespace {

constexpr int kFirst = 64, kSecond = 32;    // transforms over n1 and over n2
constexpr int kHalf = kFirst / 2 + 1;       // k1 of real samples
constexpr int kRowsOfHop = kHop / kSecond;  // n1 within a block
static_assert(kFirst * kSecond == kFftSize && kHop % kSecond == 0);

/// Frames [frames, n2, n1] of blocks [blocks, 512]: block b is rows 16 i + j, i in [0, 4), of frame b - i.
std::string add_frames(GraphBuilder& graph, const std::string& samples, int blocks) {
  const int frames = blocks - kFftSize / kHop + 1;
  const std::string rows = graph.reshape("sample_rows", samples, {blocks, kRowsOfHop, kSecond});
  const std::string columns = graph.transpose("sample_columns", rows, {0, 2, 1});
  std::vector<std::string> parts;
  for (int i = 0; i < kFftSize / kHop; ++i)
    parts.push_back(graph.slice("frame_part" + std::to_string(i), columns, 0, i, frames));
  return graph.concat("frames", 2, parts);
}

std::string add_window(GraphBuilder& graph, const std::string& frames) {
  std::vector<float> window(kFftSize);
  for (int n1 = 0; n1 < kFirst; ++n1)
    for (int n2 = 0; n2 < kSecond; ++n2) window[n2 * kFirst + n1] = static_cast<float>(math::hann(kSecond * n1 + n2));
  return graph.node("Mul", "windowed_frames", {frames, graph.constant("hann", {kSecond, kFirst}, window)});
}

/// [frames, n2, n1] -> [frames, n2, real parts of all k1 then imaginary parts].
std::string add_first_transforms(GraphBuilder& graph, const std::string& frames) {
  std::vector<float> matrix(kFirst * 2 * kHalf);
  for (int n1 = 0; n1 < kFirst; ++n1) {
    for (int k1 = 0; k1 < kHalf; ++k1) {
      const math::Complex<float> root = math::cos_sin(n1 * k1 % kFirst, kFirst);
      matrix[n1 * 2 * kHalf + k1] = root.re;
      matrix[n1 * 2 * kHalf + kHalf + k1] = -root.im;
    }
  }
  return graph.node("MatMul", "first_transforms",
                    {frames, graph.constant("first_transform", {kFirst, 2 * kHalf}, matrix)});
}

/// (re + i im) e^(-2 pi i n2 k1 / 2048), real parts of all n2 then imaginary parts: [frames, 64, k1].
std::string add_twiddles(GraphBuilder& graph, const std::string& transforms) {
  std::vector<float> cosine(kSecond * kHalf), sine(kSecond * kHalf);
  for (int n2 = 0; n2 < kSecond; ++n2) {
    for (int k1 = 0; k1 < kHalf; ++k1) {
      const math::Complex<float> root = math::cos_sin(n2 * k1, kFftSize);
      cosine[n2 * kHalf + k1] = root.re;
      sine[n2 * kHalf + k1] = root.im;
    }
  }
  const std::string c = graph.constant("twiddle_cos", {kSecond, kHalf}, cosine);
  const std::string s = graph.constant("twiddle_sin", {kSecond, kHalf}, sine);
  const auto parts = graph.split(transforms, 2, {"untwiddled_re", "untwiddled_im"}, {kHalf, kHalf});
  const auto product = [&](const std::string& name, const std::string& value, const std::string& factor) {
    return graph.node("Mul", name, {value, factor});
  };
  const std::string re =
      graph.node("Add", "twiddled_re", {product("re_cos", parts[0], c), product("im_sin", parts[1], s)});
  const std::string im =
      graph.node("Sub", "twiddled_im", {product("im_cos", parts[1], c), product("re_sin", parts[0], s)});
  return graph.concat("twiddled", 1, {re, im});
}

/// [frames, 64, k1] -> [frames, real parts of all k2 then imaginary parts, k1].
std::string add_second_transforms(GraphBuilder& graph, const std::string& twiddled) {
  constexpr int kSide = 2 * kSecond;
  std::vector<float> matrix(kSide * kSide);
  for (int k2 = 0; k2 < kSecond; ++k2) {
    for (int n2 = 0; n2 < kSecond; ++n2) {
      const math::Complex<float> root = math::cos_sin(n2 * k2 % kSecond, kSecond);
      matrix[k2 * kSide + n2] = root.re;
      matrix[k2 * kSide + kSecond + n2] = root.im;
      matrix[(kSecond + k2) * kSide + n2] = -root.im;
      matrix[(kSecond + k2) * kSide + kSecond + n2] = root.re;
    }
  }
  return graph.node("MatMul", "second_transforms",
                    {graph.constant("second_transform", {kSide, kSide}, matrix), twiddled});
}

/// Where bin k lies among the numbers [k2, k1]: bins with k1 above 32 at their mirror image, 2048 - k.
std::vector<std::int64_t> bin_places() {
  std::vector<std::int64_t> places;
  for (int k = 0; k < kBins; ++k) {
    const int bin = k % kFirst < kHalf ? k : kFftSize - k;
    places.push_back(bin / kFirst * kHalf + bin % kFirst);
  }
  return places;
}

}  // namespace

std::string add_power_spectra(GraphBuilder& graph, const std::string& samples, int blocks) {
  const int frames = blocks - kFftSize / kHop + 1;
  std::string value = add_window(graph, add_frames(graph, samples, blocks));
  value = add_second_transforms(graph, add_twiddles(graph, add_first_transforms(graph, value)));
  const auto parts = graph.split(value, 1, {"spectrum_re", "spectrum_im"}, {kSecond, kSecond});
  const std::string power = graph.node(
      "Add", "transform_power",
      {graph.node("Mul", "re_squared", {parts[0], parts[0]}), graph.node("Mul", "im_squared", {parts[1], parts[1]})});
  const std::string flat = graph.reshape("transform_power_flat", power, {frames, kSecond * kHalf});
  return graph.gather("power", flat, 1, graph.constant("bin_places", bin_places()));
}

}  // namespace fractalsync
