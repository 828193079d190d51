// make_atlas FOLDER: measures the tables of the boundary atlas (kernels/math/atlas.h) and writes them as
// atlas_nodes.inc, atlas_zoom.inc and atlas_calibration.inc. FOLDER is kernels/math, where the program that is then
// built takes them from.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <complex>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <map>
#include <numbers>
#include <numeric>
#include <string>

#include "backend.h"
#include "data/make_atlas/measured.h"
#include "data/make_atlas/route.h"
#include "data/make_atlas/surface.h"
#include "host/io/atomic_file.h"
#include "math/atlas.h"

namespace fractalsync::atlas {
namespace {

// Where edges are measured, across the route: closer where they change faster.
constexpr std::size_t kStations = 1025;
const std::vector<double> kOffsets = {-.6,   -.5,   -.4,   -.3,   -.24,  -.18, -.13,  -.09, -.06,  -.04,
                                      -.025, -.015, -.009, -.005, -.002, 0,    .0015, .003, .0045, .006,
                                      .008,  .01,   .0125, .015,  .02,   .026, .033,  .04,  .05,   .062,
                                      .075,  .09,   .11,   .13,   .17,   .2,   .25,   .3};
constexpr double kFarthest = 0.03;  // outside, in the plane: beyond it are other parts of the set
constexpr std::size_t kViews = 6;
constexpr int kRounds = 3;

// What e spans, everywhere alike: from calm shapes to bursts.
constexpr double kCalmEdges = 0.027, kMostEdges = 0.064;
constexpr double kAboveLeast = 1.02, kBelowPeak = 0.98;  // where there is less than that

constexpr double kSmoothAlong = 2;  // rows

constexpr double kTurn = 0.02;                                     // radians; a frame's at a lively passage
constexpr double kSensitivityAlong = 8, kSensitivityAcross = 0.7;  // nodes

/// What is drawn at a row of the atlas.
struct Row {
  Station station;
  std::vector<std::complex<double>> c;  ///< for each e
};

/// They are spread over the half turn after which a picture is the same again.
double view_angle(std::size_t view) { return 0.20 + 0.52 * static_cast<double>(view); }

struct Means {
  std::vector<double> edge_density, sensitivity;
};
Means measure(Backend& backend, std::vector<Turn> places) {
  Means means{std::vector<double>(places.size()), std::vector<double>(places.size())};
  for (std::size_t view = 0; view < kViews; ++view) {
    for (Turn& place : places) place.phi = view_angle(view);
    const Measured measured = measure_hard(backend, places, kTurn);
    for (std::size_t k = 0; k < places.size(); ++k) {
      means.edge_density[k] += measured.edge_density[k] / static_cast<double>(kViews);
      means.sensitivity[k] += measured.change[k] / kTurn / static_cast<double>(kViews);
    }
  }
  return means;
}

std::complex<double> at(const Station& station, double offset) { return station.place + offset * station.outward; }

/// Edge densities across the route, by offset.
using Profile = std::map<double, double>;

/// Measures the edges at offsets[k] of stations[k] and adds them to profiles[k].
void survey(Backend& backend, const std::vector<Station>& stations, const std::vector<std::vector<double>>& offsets,
            std::vector<Profile>& profiles) {
  std::vector<Turn> places;
  for (std::size_t k = 0; k < stations.size(); ++k)
    for (const double offset : offsets[k]) {
      const std::complex<double> c = at(stations[k], offset);
      places.push_back({c.real(), c.imag(), stations[k].log_zoom, 0});
    }
  const std::vector<double> density = measure(backend, places).edge_density;
  auto measured = density.begin();
  for (std::size_t k = 0; k < stations.size(); ++k)
    for (const double offset : offsets[k]) profiles[k][offset] = *measured++;
}

/// Offsets to begin with, as far as one goes outwards.
std::vector<double> first_offsets(const Station& station) {
  const double farthest = kFarthest / std::abs(station.outward);
  std::vector<double> offsets;
  for (const double offset : kOffsets)
    if (offset < farthest) offsets.push_back(offset);
  offsets.push_back(farthest);
  return offsets;
}

/// The offset at which there are as many edges as each e asks for: the inverse of the profile's running maximum up to
/// its peak.
std::vector<double> offsets_of(const Profile& profile, const std::vector<double>& e) {
  std::vector<double> offsets, density;
  for (const auto& [offset, edges] : profile) {
    offsets.push_back(offset);
    density.push_back(edges);
  }
  const auto peak = static_cast<std::size_t>(std::max_element(density.begin(), density.end()) - density.begin());
  const double least = std::max(kCalmEdges, kAboveLeast * density.front()), most = kBelowPeak * density[peak];
  offsets.resize(peak + 1);
  density.resize(peak + 1);
  for (std::size_t k = 1; k <= peak; ++k)
    density[k] = std::max(density[k], density[k - 1] + 1e-7);  // so that there is an inverse
  std::vector<double> found;
  for (const double share : e) {
    const double wanted = kCalmEdges + share * (kMostEdges - kCalmEdges);
    found.push_back(interpolate(std::min(std::max(wanted, least), most), density, offsets));
  }
  return found;
}

/// The rows of these stations. Edges jump where c crosses the boundary, so the offsets that were found are measured
/// too, and found again between those, `rounds` times.
std::vector<Row> rows_at(Backend& backend, const std::vector<Station>& stations, int rounds) {
  const std::vector<double> e = evenly(0, 1, kAtlasColumns);
  std::vector<Profile> profiles(stations.size());
  std::vector<std::vector<double>> offsets;
  for (const Station& station : stations) offsets.push_back(first_offsets(station));
  for (int round = 0; round <= rounds; ++round) {
    survey(backend, stations, offsets, profiles);
    for (std::size_t k = 0; k < stations.size(); ++k) offsets[k] = offsets_of(profiles[k], e);
  }
  std::vector<Row> rows;
  for (std::size_t k = 0; k < stations.size(); ++k) {
    rows.push_back({stations[k], {}});
    for (const double offset : offsets[k]) rows.back().c.push_back(at(stations[k], offset));
  }
  return rows;
}

/// As far as c goes between rows at the e where it goes farthest.
double distance(const Row& a, const Row& b) {
  double farthest = 0;
  for (std::size_t k = 0; k < a.c.size(); ++k) farthest = std::max(farthest, std::abs(b.c[k] - a.c[k]));
  return farthest;
}
Row between_rows(const Row& a, const Row& b, double share) {
  Row row{between(a.station, b.station, share), {}};
  for (std::size_t k = 0; k < a.c.size(); ++k) row.c.push_back(a.c[k] + share * (b.c[k] - a.c[k]));
  return row;
}

/// Where edges hardly grow with the offset, as few more or less of them are far away, and from one row to the next c
/// jumps. Blurred, it goes there within some rows; edges are nearly the same all the way.
void smooth(std::vector<Row>& rows) {
  Surface re(rows.size(), kAtlasColumns), im(rows.size(), kAtlasColumns);
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t k = 0; k < kAtlasColumns; ++k) {
      re(r, k) = rows[r].c[k].real();
      im(r, k) = rows[r].c[k].imag();
    }
  re = blur_along(re, kSmoothAlong);
  im = blur_along(im, kSmoothAlong);
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t k = 0; k < kAtlasColumns; ++k) rows[r].c[k] = {re(r, k), im(r, k)};
}

/// Stations along the route, evenly spaced, tell how far c goes; at stations spaced by that it is measured closely.
std::vector<Row> chart(Backend& backend) {
  std::vector<Station> stations;
  for (const Row& row : equally_spaced(rows_at(backend, route(kStations), 0), kAtlasRows, distance, between_rows))
    stations.push_back(row.station);
  std::vector<Row> rows = rows_at(backend, stations, kRounds);
  smooth(rows);
  return rows;
}

Surface sensitivity(Backend& backend, const std::vector<Row>& rows) {
  std::vector<Turn> places;
  for (const Row& row : rows)
    for (const std::complex<double>& c : row.c) places.push_back({c.real(), c.imag(), row.station.log_zoom, 0});
  Surface change(rows.size(), kAtlasColumns);
  change.values = measure(backend, places).sensitivity;
  return blur_across(blur_along(change, kSensitivityAlong), kSensitivityAcross);
}

/// Hard edges and changes of small turns over what training sees of them (math::calibration).
std::vector<float> calibrations(Backend& backend, const AtlasTables& tables) {
  constexpr std::size_t kPlaces = 128;
  std::vector<double> ratios[math::kCalibrations];
  for (const double e : evenly(0, 1, math::kCalibrationNodes)) {
    std::vector<Turn> turns;
    for (const double along : evenly(0, 1, kPlaces)) {
      // Views spread by the golden ratio.
      const double phi = 2 * std::numbers::pi * std::fmod(static_cast<double>(turns.size()) * 0.6180339887498949, 1.0);
      const auto place = math::atlas_place(tables, along, e);
      turns.push_back({place.re, place.im, place.log_zoom, phi});
    }
    const Measured hard = measure_hard(backend, turns, kTurn), soft = measure_soft(backend, turns, kTurn);
    const auto sum = [](const std::vector<double>& values) {
      return std::accumulate(values.begin(), values.end(), 0.0);
    };
    ratios[math::kCalibratedEdges].push_back(sum(hard.edge_density) / sum(soft.edge_density));
    ratios[math::kCalibratedChange].push_back(sum(hard.change) / sum(soft.change));
  }
  std::vector<float> relative;
  for (const std::vector<double>& ratio : ratios)
    for (const double value : ratio) relative.push_back(static_cast<float>(value / ratio[math::kCalibrationNodes / 2]));
  return relative;
}

/// Rows of numbers, as a C++ initialiser has them between its braces.
void write_numbers(const std::filesystem::path& path, const std::vector<float>& values, std::size_t columns) {
  std::string text = "// Written by data/make_atlas.\n";
  for (std::size_t k = 0; k < values.size(); ++k) {
    char digits[32];  // as few as tell the number from its neighbours
    std::string number(digits, std::to_chars(std::begin(digits), std::end(digits), values[k]).ptr);
    if (number.find_first_of(".e") == std::string::npos) number += ".0";
    text += number + ((k + 1) % columns == 0 ? "f,\n" : "f, ");
  }
  write_file_atomically(path, text);
}

int run(int argc, char** argv) {
  if (argc != 2 || std::string(argv[1]) == "--help") {
    std::cout << "usage: make_atlas FOLDER\nMeasures the boundary atlas, in some minutes, and writes its tables.\n";
    return argc != 2 ? 2 : 0;
  }
  const std::filesystem::path folder = argv[1];
  const auto backend = make_cpu_backend(0);
  const std::vector<Row> rows = chart(*backend);
  const Surface change = sensitivity(*backend, rows);
  std::vector<float> nodes, log_zoom;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    log_zoom.push_back(static_cast<float>(rows[r].station.log_zoom));
    for (std::size_t k = 0; k < kAtlasColumns; ++k)
      for (const double value : {rows[r].c[k].real(), rows[r].c[k].imag(), change(r, k)})
        nodes.push_back(static_cast<float>(value));
  }
  write_numbers(folder / "atlas_nodes.inc", nodes, kNodeValues);
  write_numbers(folder / "atlas_zoom.inc", log_zoom, 1);
  write_numbers(folder / "atlas_calibration.inc", calibrations(*backend, {nodes.data(), log_zoom.data()}),
                math::kCalibrationNodes);
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
