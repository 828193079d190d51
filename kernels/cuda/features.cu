// Features of a block of frames: samples in, six features a frame out, and nothing in between leaves the chip.
//
// A warp takes a frame, a block eight frames in a row of which the first is there for the second to be compared with: it
// is transformed twice, which costs a seventh and saves every exchange between blocks. The eleven hops of 512 samples
// that the eight frames cover lie in shared memory once. The 1024 complex numbers of a frame are a matrix of 32 by 32
// (math/fft.h): a lane transforms a column in registers, the matrix is turned around through shared memory, a lane
// transforms a row. Number k then meets number 1024 - k, which another lane holds, by a shuffle.
//
// Per frame 2 KB are read and 24 bytes written; about 70 000 flops, three quarters of them in the transform. Sums run
// over the lanes' shares and then over the lanes in a fixed tree.
//
// With cuFFT (for measuring) the windowed frames and their spectra go through global memory instead, 26 KB a frame.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "cuda/collective.cuh"
#include "cuda/cuda_backend.h"
#include "math/feature_tables.h"
#include "math/features.h"
#include "stages/features_checks.h"

namespace fractalsync::cuda {
namespace {

constexpr int kWarps = 8;             // frames of a block
constexpr int kRows = kWarps - 1;     // of which so many are written
constexpr int kThreads = kWarps * kWarp;
constexpr int kSamples = kFftSize + (kWarps - 1) * kHop;
constexpr int kStride = kRadix + 1;   // of a turned matrix: no two lanes meet in a bank
constexpr int kStage = kRadix * kStride;
static_assert(kRadix == kWarp && kStage >= kBins);

using Spectrum = math::Complex<float>;

/// A block's shared memory.
struct Shared {
  float samples[kSamples];
  float stage[kWarps][kStage];  ///< the turned matrix, half a number at a time; afterwards the power of every bin
  float mel_db[kWarps][kMelBands];
};
static_assert(sizeof(Shared) <= 64 * 1024, "what a block has on the oldest devices");

/// The samples of a call, and where the file begins and ends in them.
struct Samples {
  const float* data;
  std::int64_t size, file_begin, file_end;
};

struct Output {
  float* raw;     ///< [rows, 6]
  float* mel_db;  ///< [rows, 128] or nothing
};

__device__ float warp_sum(float value) {
  for (int distance = kWarp / 2; distance > 0; distance /= 2)
    value += __shfl_xor_sync(kAllLanes, value, distance);
  return value;
}

/// x[i] of lane l becomes x[l] of lane i.
__device__ void turn_matrix(float (&x)[kRadix], float* stage, int lane) {
#pragma unroll
  for (int i = 0; i < kRadix; ++i) stage[i * kStride + lane] = x[i];
  __syncwarp();
#pragma unroll
  for (int i = 0; i < kRadix; ++i) x[i] = stage[lane * kStride + i];
  __syncwarp();
}

/// The power of every bin of a frame, in `stage`.
__device__ void power_spectrum(const FeatureTables& tables, const float* samples, float* stage, int lane) {
  Spectrum x[kRadix];
#pragma unroll
  for (int n1 = 0; n1 < kRadix; ++n1) {
    const int n = 2 * (kRadix * n1 + lane);
    x[n1] = {samples[n] * tables.window[n], samples[n + 1] * tables.window[n + 1]};
  }
  math::fft_32(x, tables.root);
  float re[kRadix], im[kRadix];
#pragma unroll
  for (int k1 = 0; k1 < kRadix; ++k1) {
    const Spectrum z = math::turn_clockwise(x[math::fft_32_place(k1)], tables.twiddle[lane][k1]);
    re[k1] = z.re;
    im[k1] = z.im;
  }
  turn_matrix(re, stage, lane);
  turn_matrix(im, stage, lane);
#pragma unroll
  for (int n2 = 0; n2 < kRadix; ++n2) x[n2] = {re[n2], im[n2]};
  math::fft_32(x, tables.root);

  // This lane holds numbers lane + 32 k2; number 1024 - k is 32 - lane + 32 (31 - k2), or its own for lane 0.
  const int other = (kRadix - lane) % kRadix;
#pragma unroll
  for (int k2 = 0; k2 < kRadix; ++k2) {
    const Spectrum own = x[math::fft_32_place(k2)];
    const Spectrum given = lane == 0 ? x[math::fft_32_place((kRadix - k2) % kRadix)]
                                     : x[math::fft_32_place(kRadix - 1 - k2)];
    const Spectrum partner = {__shfl_sync(kAllLanes, given.re, other), __shfl_sync(kAllLanes, given.im, other)};
    const int k = lane + kRadix * k2;
    CosSin root = tables.split[k <= kHalfFft / 2 ? k : kHalfFft - k];
    if (k > kHalfFft / 2) root.re = -root.re;
    float power = 0, mirrored = 0;
    math::split_real_power(own, partner, root, power, mirrored);
    stage[k] = power;
    if (k == 0) stage[kHalfFft] = mirrored;
  }
}

/// Share of sign changes in a frame; none where the padding begins or ends, since it repeats the file's last sample.
__device__ float zero_crossings(const float* samples, std::int64_t first, const Samples& in, int lane) {
  int count = 0;
  for (int n = 1 + lane; n < kFftSize; n += kWarp) {
    const std::int64_t at = first + n;
    if (at == in.file_begin || at == in.file_end) continue;
    count += math::is_negative(samples[n - 1]) != math::is_negative(samples[n]) ? 1 : 0;
  }
  return warp_sum(static_cast<float>(count)) / kFftSize;
}

__device__ float root_mean_square(const float* samples, int lane) {
  float sum = 0;
  for (int n = lane; n < kFftSize; n += kWarp) sum = math::mul_add(samples[n], samples[n], sum);
  return sqrtf(warp_sum(sum) / kFftSize);
}

/// Decibels of band b: it rises up to edge b + 1 and falls from there.
__device__ float band_db(const FeatureTables& tables, const float* power, int band, float floor) {
  float sum = 0;
  for (int k = tables.mel_edge[band]; k < tables.mel_edge[band + 1]; ++k)
    sum = math::mul_add(power[k], tables.mel_rise[k], sum);
  for (int k = tables.mel_edge[band + 1]; k < tables.mel_edge[band + 2]; ++k)
    sum = math::mul_add(power[k], tables.mel_fall[k], sum);
  return math::power_to_db(sum, floor);
}

/// Lowest bin at which the magnitudes up to it reach their share of all. A lane sums kStride bins in a row; the lane in
/// whose share the threshold falls looks for it.
__device__ int rolloff_bin(const float* power, int lane) {
  const int first = lane * kStride, last = std::min(first + kStride, int{kBins});
  float own = 0;
  for (int k = first; k < last; ++k) own += sqrtf(power[k]);
  float up_to = own;
  for (int distance = 1; distance < kWarp; distance *= 2) {
    const float before = __shfl_up_sync(kAllLanes, up_to, static_cast<unsigned>(distance));
    if (lane >= distance) up_to += before;
  }
  const float threshold = __shfl_sync(kAllLanes, up_to, kWarp - 1) * kRolloffShare;
  const unsigned reached = __ballot_sync(kAllLanes, up_to >= threshold);
  const int finder = reached == 0 ? kWarp - 1 : __ffs(static_cast<int>(reached)) - 1;
  float sum = __shfl_sync(kAllLanes, up_to, std::max(finder - 1, 0));
  if (finder == 0) sum = 0;
  int bin = kBins - 1;
  if (lane == finder)
    for (int k = first; k < last; ++k) {
      sum += sqrtf(power[k]);
      if (sum >= threshold) {
        bin = k;
        break;
      }
    }
  return __shfl_sync(kAllLanes, bin, finder);
}

/// Everything that is read off a frame, given the frame before it (unless there is none).
__device__ void write_row(const Shared& s, int warp, int lane, bool compared, std::int64_t row, float rms, float zcr,
                          const Output& out) {
  const float* const power = s.stage[warp];
  const float* const before = s.stage[warp - 1];
  float sum = 0, moment = 0, flux = 0, onset = 0;
  for (int k = lane; k < kBins; k += kWarp) {
    const float magnitude = sqrtf(power[k]);
    sum += magnitude;
    moment = math::mul_add(magnitude, static_cast<float>(k), moment);
    if (compared) flux = math::add_flux(flux, magnitude, sqrtf(before[k]));
  }
  for (int band = lane; band < kMelBands; band += kWarp) {
    const float db = s.mel_db[warp][band];
    if (compared) onset = math::add_onset(onset, db, s.mel_db[warp - 1][band]);
    if (out.mel_db != nullptr) out.mel_db[row * kMelBands + band] = db;
  }
  sum = warp_sum(sum);
  moment = warp_sum(moment);
  flux = warp_sum(flux);
  onset = warp_sum(onset);
  const int rolloff = rolloff_bin(power, lane);
  if (lane != 0) return;
  constexpr auto kHz = static_cast<float>(math::kBinHz);
  float* const raw = out.raw + row * kBaseFeatures;
  raw[kCentroid] = sum == 0 ? 0 : moment / sum * kHz;
  raw[kFlux] = flux;
  raw[kRms] = rms;
  raw[kZcr] = zcr;
  raw[kOnset] = onset / kMelBands;
  raw[kRolloff] = static_cast<float>(rolloff) * kHz;
}

/// Warp w of block b takes frame 7 b + w - 1 + skipped, whose row is 7 b + w - 1. `spectra` [frames, kBins] come from
/// cuFFT; without them the kernel transforms.
__global__ void __launch_bounds__(kThreads)
    features_kernel(const FeatureTables* tables, Samples in, int skipped, std::int64_t rows, float mel_floor,
                    const float2* spectra, Output out) {
  GPU_DYNAMIC_SHARED(Shared, shared);
  Shared& s = *shared;
  const int warp = static_cast<int>(threadIdx.x) / kWarp, lane = static_cast<int>(threadIdx.x) % kWarp;
  const std::int64_t first_row = std::int64_t{blockIdx.x} * kRows - 1;
  const std::int64_t row = first_row + warp, frame = row + skipped;
  const std::int64_t first_sample = (first_row + skipped) * kHop;
  for (int n = static_cast<int>(threadIdx.x); n < kSamples; n += kThreads) {
    const std::int64_t at = first_sample + n;
    s.samples[n] = at >= 0 && at < in.size ? in.data[at] : 0.0f;
  }
  __syncthreads();
  const float* const samples = s.samples + warp * kHop;
  const bool there = frame >= 0 && row < rows;
  float rms = 0, zcr = 0;
  if (there) {
    if (spectra == nullptr)
      power_spectrum(*tables, samples, s.stage[warp], lane);
    else
      for (int k = lane; k < kBins; k += kWarp) {
        const float2 x = spectra[frame * kBins + k];
        s.stage[warp][k] = math::mul_add(x.x, x.x, x.y * x.y);
      }
    __syncwarp();
    for (int band = lane; band < kMelBands; band += kWarp)
      s.mel_db[warp][band] = band_db(*tables, s.stage[warp], band, mel_floor);
    if (warp > 0) {
      rms = root_mean_square(samples, lane);
      zcr = zero_crossings(samples, frame * kHop, in, lane);
    }
  }
  __syncthreads();
  if (there && warp > 0) write_row(s, warp, lane, frame > 0, row, rms, zcr, out);
}

/// One thread per sample of a windowed frame. The tables hold half the window; cuFFT wants it whole.
__global__ void window_kernel(const FeatureTables* tables, const float* samples, std::int64_t frames, float* windowed) {
  const std::int64_t i = std::int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (i >= frames * kFftSize) return;
  const std::int64_t frame = i / kFftSize, n = i % kFftSize;
  windowed[i] = samples[frame * kHop + n] * (2 * tables->window[n]);
}

void copy_rows(const float* from, Matrix<float> to) {
  for (std::int64_t r = 0; r < to.rows(); ++r)
    std::memcpy(to.row(r), from + r * to.cols(), static_cast<std::size_t>(to.cols()) * sizeof(float));
}

}  // namespace

void CudaBackend::features(const FeatureSpec& spec, const PcmBlock& pcm, const FeatureRows& rows) {
  check_features(spec, pcm, rows);
  if (pcm.rows() == 0) return;
  if (feature_tables_.size() == 0) {
    feature_tables_ = Buffer<unsigned char>(memory_, sizeof(FeatureTables));
    upload_bytes(feature_tables_.data(), &feature_tables(), sizeof(FeatureTables));
  }
  const auto* const tables = reinterpret_cast<const FeatureTables*>(feature_tables_.data());

  // Device scratch: samples, rows, and for cuFFT the frames and their spectra; each part 256-byte aligned. Pinned
  // memory: samples, rows.
  const auto padded = [](std::int64_t floats) { return (floats + 63) / 64 * 64; };
  const std::int64_t samples = padded(pcm.samples.size()), raw = padded(pcm.rows() * kBaseFeatures),
                     mel = rows.mel_db.empty() ? 0 : padded(pcm.rows() * kMelBands);
  const bool with_cufft = options_.transform == CudaOptions::Transform::cufft;
  const std::int64_t windowed = with_cufft ? padded(pcm.frames() * kFftSize) : 0,
                     spectra = with_cufft ? padded(pcm.frames() * kBins * 2) : 0;
  auto* const host = static_cast<float*>(pinned(static_cast<std::size_t>(samples + raw + mel) * sizeof(float)));
  float* const device = scratch<float>(samples + raw + mel + windowed + spectra);
  const Output out{device + samples, mel > 0 ? device + samples + raw : nullptr};

  std::memcpy(host, pcm.samples.data(), static_cast<std::size_t>(pcm.samples.size()) * sizeof(float));
  check(cudaMemcpyAsync(device, host, static_cast<std::size_t>(pcm.samples.size()) * sizeof(float),
                        cudaMemcpyHostToDevice, stream_),
        "copying samples to the GPU");
  float2* spectrum = nullptr;
  if (with_cufft) {
    float* const frames = device + samples + raw + mel;
    spectrum = reinterpret_cast<float2*>(frames + windowed);
    launch("window", window_kernel, blocks_for(pcm.frames() * kFftSize, kThreads), kThreads, 0, stream_, tables, device,
           pcm.frames(), frames);
    fft_plans_.transform(static_cast<int>(pcm.frames()), frames, spectrum, stream_);
  }
  const Samples in{device, pcm.samples.size(), pcm.padding_front, pcm.samples.size() - pcm.padding_back};
  launch("features", features_kernel, blocks_for(pcm.rows(), kRows), kThreads, sizeof(Shared), stream_, tables, in,
         pcm.has_previous ? 1 : 0, pcm.rows(), spec.mel_floor, spectrum, out);
  check(cudaMemcpyAsync(host + samples, out.raw, static_cast<std::size_t>(raw + mel) * sizeof(float),
                        cudaMemcpyDeviceToHost, stream_),
        "copying features from the GPU");
  synchronize();
  copy_rows(host + samples, rows.raw);
  if (mel > 0) copy_rows(host + samples + raw, rows.mel_db);
}

}  // namespace fractalsync::cuda
