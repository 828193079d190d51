// make_atlas FOLDER: measures the tables of the boundary atlas (kernels/math/atlas.h) and writes them as atlas_rho.inc,
// atlas_sensitivity.inc and atlas_change.inc. FOLDER is kernels/math, where the program that is then built takes them
// from.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <numbers>
#include <string>

#include "backend.h"
#include "data/make_atlas/measured.h"
#include "data/make_atlas/surface.h"
#include "host/io/atomic_file.h"
#include "math/atlas.h"

namespace fractalsync::atlas {
namespace {

// Where pictures are measured: closer where they change faster.
constexpr std::size_t kAngles = 513;  // of psi, from 0 to pi
const std::vector<double> kRadii = {.6,     .7,    .76,  .82,   .87,    .91,   .94,    .96,   .975,  .985,
                                    .991,   .995,  .998, 1.0,   1.0015, 1.003, 1.0045, 1.006, 1.008, 1.01,
                                    1.0125, 1.015, 1.02, 1.026, 1.033,  1.04,  1.05,   1.062, 1.075, 1.09};
constexpr double kViews[] = {0.20, 0.72, 1.24};  // rotations of the view that are averaged over
constexpr double kTurn = 0.04;
constexpr double kMeasuredSigma = 2, kRhoSigma = 1.5;  // rows of psi

// What e spans: from the edges at kCalmRadius to kMostEdges, or nearly as much as there are at that angle.
constexpr std::size_t kFineRadii = 400;
constexpr double kCalmRadius = 0.9, kMostEdges = 0.049, kShareOfPeak = 0.95, kLeastSpan = 1.02;

constexpr double kSmallTurn = 0.02;  // that calibrates

Turn turn_at(double psi, double rho, double phi) {
  const auto c = math::cardioid_point<double>({rho, 0, 0}, psi);
  return {c.re, c.im, phi};
}

/// Edge density and its change by a radian over (psi, kRadii), blurred along psi.
struct Landscape {
  Surface edges{kAngles, kRadii.size()}, sensitivity{kAngles, kRadii.size()};
};
Landscape survey(Backend& backend, const std::vector<double>& psi) {
  Landscape land;
  for (const double view : kViews) {
    std::vector<Turn> turns;
    for (const double angle : psi)
      for (const double rho : kRadii) turns.push_back(turn_at(angle, rho, view));
    const Measured measured = measure_hard(backend, turns, kTurn);
    for (std::size_t k = 0; k < turns.size(); ++k) {
      land.edges.values[k] += measured.edge_density[k] / std::size(kViews);
      land.sensitivity.values[k] += measured.change[k] / kTurn / std::size(kViews);
    }
  }
  land.edges = blur_along_psi(land.edges, kMeasuredSigma);
  land.sensitivity = blur_along_psi(land.sensitivity, kMeasuredSigma);
  return land;
}

/// The radius at which the edges have gone the share e of their way, for every e: the inverse of the edges' running
/// maximum up to their peak.
std::vector<double> radii_of(const std::vector<double>& edges, const std::vector<double>& radii,
                             const std::vector<double>& e) {
  const auto peak = static_cast<std::size_t>(std::max_element(edges.begin(), edges.end()) - edges.begin());
  const double low = interpolate(kCalmRadius, radii, edges);
  const double high = std::max(std::min(kMostEdges, kShareOfPeak * edges[peak]), kLeastSpan * low);
  std::vector<double> rising, places(radii.begin(), radii.begin() + static_cast<std::ptrdiff_t>(peak + 1));
  double most = 0;
  for (std::size_t k = 0; k <= peak; ++k) {
    most = std::max(most, edges[k]);
    rising.push_back(most + 1e-7 * static_cast<double>(k));  // so that there is an inverse
  }
  std::vector<double> found;
  for (const double share : e) found.push_back(interpolate(low + share * (high - low), rising, places));
  return found;
}

std::vector<float> to_floats(const std::vector<double>& values) { return {values.begin(), values.end()}; }

/// What the tables say of a small turn against what is measured, at kChangeNodes values of e; and the latter against
/// what training sees.
struct Calibration {
  std::vector<double> hard_by_table, hard_by_soft;
};
Calibration calibrate(Backend& backend, const std::vector<float>& rho, const std::vector<float>& sensitivity) {
  constexpr std::size_t kPlaces = 96;
  Calibration calibration;
  for (const double e : evenly(0, 1, math::kChangeNodes)) {
    std::vector<Turn> turns;
    double expected = 0, hard = 0, soft = 0;
    for (const double psi : evenly(0.45, 2.75, kPlaces)) {
      // Views spread by the golden ratio.
      const double phi = 2 * std::numbers::pi * std::fmod(static_cast<double>(turns.size()) * 0.6180339887498949, 1.0);
      turns.push_back(turn_at(psi, math::look_up(rho.data(), psi, e).value, phi));
      expected += kSmallTurn * math::look_up(sensitivity.data(), psi, e).value;
    }
    for (const double change : measure_hard(backend, turns, kSmallTurn).change) hard += change;
    for (const double change : measure_soft_change(backend, turns, kSmallTurn)) soft += change;
    calibration.hard_by_table.push_back(hard / expected);
    calibration.hard_by_soft.push_back(hard / soft);
  }
  return calibration;
}

/// Rows of numbers, as a C++ initialiser has them between its braces.
void write_numbers(const std::filesystem::path& path, const std::vector<float>& values, std::size_t columns) {
  std::string text = "// Written by data/make_atlas.\n";
  char number[32];
  for (std::size_t k = 0; k < values.size(); ++k) {
    std::snprintf(number, sizeof number, "%.9g", static_cast<double>(values[k]));
    text += number;
    if (text.find_first_of(".e", text.size() - std::string(number).size()) == std::string::npos) text += ".0";
    text += (k + 1) % columns == 0 ? "f,\n" : "f, ";
  }
  write_file_atomically(path, text);
}

int run(int argc, char** argv) {
  if (argc != 2 || std::string(argv[1]) == "--help") {
    std::cout << "usage: make_atlas FOLDER\nMeasures the boundary atlas, in a minute or two, and writes its tables.\n";
    return argc != 2 ? 2 : 0;
  }
  const std::filesystem::path folder = argv[1];
  const auto backend = make_cpu_backend(0);
  const std::vector<double> psi = evenly(0, std::numbers::pi, kAngles), e = evenly(0, 1, kAtlasColumns),
                            radii = evenly(kRadii.front(), kRadii.back(), kFineRadii),
                            rows = evenly(kAtlasFirstAngle, kAtlasLastAngle, kAtlasRows);
  const Landscape land = survey(*backend, psi);
  const Surface edges = resample_columns(land.edges, kRadii, radii),
                sensitivity = resample_columns(land.sensitivity, kRadii, radii);
  Surface rho(kAngles, kAtlasColumns), turned(kAngles, kAtlasColumns);
  for (std::size_t k = 0; k < kAngles; ++k) {
    const std::vector<double> found = radii_of(edges.row(k), radii, e);
    std::copy(found.begin(), found.end(), &rho(k, 0));
  }
  rho = blur_along_psi(rho, kRhoSigma);
  for (std::size_t k = 0; k < kAngles; ++k)
    for (std::size_t c = 0; c < kAtlasColumns; ++c) turned(k, c) = interpolate(rho(k, c), radii, sensitivity.row(k));
  const std::vector<float> rho_table = to_floats(resample_rows(rho, psi, rows).values);
  Surface sensitivity_table = resample_rows(blur_along_psi(turned, kRhoSigma), psi, rows);

  const Calibration calibration = calibrate(*backend, rho_table, to_floats(sensitivity_table.values));
  const std::vector<double> nodes = evenly(0, 1, math::kChangeNodes);
  for (std::size_t k = 0; k < kAtlasRows; ++k)
    for (std::size_t c = 0; c < kAtlasColumns; ++c)
      sensitivity_table(k, c) *= interpolate(e[c], nodes, calibration.hard_by_table);
  write_numbers(folder / "atlas_rho.inc", rho_table, kAtlasColumns);
  write_numbers(folder / "atlas_sensitivity.inc", to_floats(sensitivity_table.values), kAtlasColumns);
  write_numbers(folder / "atlas_change.inc", to_floats(calibration.hard_by_soft), math::kChangeNodes);
  return 0;
}

}  // namespace
}  // namespace fractalsync::atlas

int main(int argc, char** argv) {
  try {
    return fractalsync::atlas::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "make_atlas: " << error.what() << '\n';
    return 1;
  }
}
