// What the tests of the program share: a folder of its own for each, small music, a small training, and what a refusal
// looks like.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "support/compare.h"
#include "support/program.h"

namespace fractalsync::test {

using Words = std::vector<std::string>;

/// `seconds` of a tone that glides, beats and hisses, so that every feature moves; another one for every seed.
std::vector<float> music(std::uint64_t seed, int rate, double seconds);

class Workshop : public testing::Test {
 protected:
  Workshop();

  /// Writes `count` good files, one.wav, two.wav, ..., into a folder below ours.
  void make_music(const std::string& folder, int count = 2);

  /// Runs the program in our folder, with nothing on standard error but warnings and errors.
  Finished run(const Words& arguments, RunAs who = RunAs::me) const;
  /// `train` with everything small: `--data-dir DIR`, then `more`. Options of `more` take the place of ours.
  static Words small_training(const std::string& folder, const Words& more = {});
  /// The words of a command line for Program: the program, then `arguments`.
  Words command(const Words& arguments) const;

  /// A usage error (status 2) or another (1): one line, beginning with the program's name and holding `why`, no result,
  /// and no file or folder that was not there before.
  void expect_refused(const Words& arguments, int status, const std::string& why, RunAs who = RunAs::me) const;

  /// Every path below our folder, but for the cache: features of a good file are worth keeping whatever follows.
  std::set<std::string> paths() const;

  const TemporaryFolder folder_;
  std::string program_;
};

}  // namespace fractalsync::test
