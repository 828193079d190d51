#include "emulator/tensor.h"

#include <cmath>
#include <cstring>

namespace emulator {
namespace {

constexpr unsigned kCutBits = 13;  // of a float's significand that TF32 does not have
constexpr int kRows = 16, kColumns = 8, kDepth = 8;

/// The hardware does not look at the lowest bits.
double from_tf32(unsigned bits) {
  bits = bits >> kCutBits << kCutBits;
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

float cut_off(double exact) {
  const auto nearest = static_cast<float>(exact);
  return std::abs(static_cast<double>(nearest)) > std::abs(exact) ? std::nextafter(nearest, 0.0f) : nearest;
}

}  // namespace

unsigned to_tf32(float x) {
  if (std::isnan(x)) return 0x7fffffffu;
  unsigned bits;
  std::memcpy(&bits, &x, sizeof bits);
  return (bits + (1u << (kCutBits - 1))) >> kCutBits << kCutBits;
}

void mma_tf32(float (&sum)[4], const unsigned (&a)[4], const unsigned (&b)[2], const Place& at) {
  MmaOperands operands{a, b, sum};
  warp_operation(0xffffffffu, WarpKind::mma, 0, &operands, sizeof operands, at);
}

void multiply_tf32(const MmaOperands* const (&lanes)[32]) {
  double a[kRows][kDepth], b[kDepth][kColumns];
  for (int lane = 0; lane < 32; ++lane) {
    const int g = lane / 4, t = lane % 4;
    for (int i = 0; i < 4; ++i) a[g + i % 2 * 8][t + i / 2 * 4] = from_tf32(lanes[lane]->a[i]);
    for (int i = 0; i < 2; ++i) b[t + i * 4][g] = from_tf32(lanes[lane]->b[i]);
  }
  for (int lane = 0; lane < 32; ++lane)
    for (int i = 0; i < 4; ++i) {
      const int row = lane / 4 + i / 2 * 8, column = 2 * (lane % 4) + i % 2;
      double sum = lanes[lane]->sum[i];
      for (int k = 0; k < kDepth; ++k) sum += a[row][k] * b[k][column];
      lanes[lane]->sum[i] = cut_off(sum);
    }
}

}  // namespace emulator
