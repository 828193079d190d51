// The disc that no orbit leaves (math/trap.h): pixels in it are not iterated further, so nothing in it may ever escape,
// rounding included.
#include "math/trap.h"

#include <gtest/gtest.h>

#include <complex>
#include <numbers>

#include "math/julia.h"
#include "support/random.h"

namespace fractalsync {
namespace {

constexpr std::uint64_t kSeed = 7;

template <class T>
class Trap : public testing::Test {};
using Numbers = testing::Types<float, double>;
TYPED_TEST_SUITE(Trap, Numbers);

/// c of the multiplier rho e^{i psi} of a fixed point: inside the main cardioid where rho < 1.
std::complex<double> c_of(double rho, double psi) {
  const std::complex<double> m = std::polar(rho, psi);
  return m / 2.0 - m * m / 4.0;
}

TYPED_TEST(Trap, LiesAroundTheAttractingFixedPoint) {
  const auto u = test::random_floats(kSeed, 2000, 0, 1);
  for (std::size_t i = 0; i < u.size(); i += 2) {
    const double rho = u[i], psi = 2 * std::numbers::pi * u[i + 1];
    const std::complex<double> c = c_of(rho, psi), fixed = std::polar(rho / 2, psi);
    const auto trap = math::find_trap<TypeParam>(c.real(), c.imag());
    EXPECT_NEAR(trap.re, fixed.real(), 1e-6) << "seed " << kSeed << ", " << i;
    EXPECT_NEAR(trap.im, fixed.imag(), 1e-6);
    EXPECT_LE(trap.squared, (1 - rho) * (1 - rho));
    if (rho < 0.97) {
      EXPECT_GT(trap.squared, 0.95 * (1 - rho) * (1 - rho));
    }
    const std::complex<double> outside = c_of(1 + rho, psi);
    if (std::abs(std::sqrt(1.0 - 4.0 * outside) - 1.0) >= 1) {
      EXPECT_EQ(math::find_trap<TypeParam>(outside.real(), outside.imag()).squared, 0);
    }
  }
}

TYPED_TEST(Trap, IsLeftByNoOrbit) {
  const auto u = test::random_floats(kSeed, 3000, 0, 1);
  int discs = 0;
  for (std::size_t i = 0; i < u.size(); i += 3) {
    const std::complex<double> c = c_of(0.9 + 0.1 * u[i], 2 * std::numbers::pi * u[i + 1]);
    const auto trap = math::find_trap<TypeParam>(c.real(), c.imag());
    if (trap.squared == 0) continue;
    ++discs;
    // From its very edge, in the arithmetic of the images: Z = 2z.
    const double angle = 2 * std::numbers::pi * u[i + 2], radius = std::sqrt(double{trap.squared});
    math::Point<TypeParam> z{static_cast<TypeParam>(2 * (trap.re + radius * std::cos(angle))),
                             static_cast<TypeParam>(2 * (trap.im + radius * std::sin(angle)))};
    for (int step = 0; step < 1000; ++step) {
      z = math::next_point(z, static_cast<TypeParam>(4 * c.real()), static_cast<TypeParam>(2 * c.imag()));
      const TypeParam re = z.re - 2 * trap.re, im = z.im - 2 * trap.im;
      ASSERT_LE(re * re + im * im, 4 * trap.squared) << "seed " << kSeed << ", " << i << ", step " << step;
    }
  }
  EXPECT_GT(discs, 500);
}

}  // namespace
}  // namespace fractalsync
