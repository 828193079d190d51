// A program run beside ours, its standard output read through a pipe (ffmpeg decoding a file), or its standard input
// written (ffmpeg making a video).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/check.h"
#include "core/view.h"
#include "host/io/descriptor.h"

namespace fractalsync {

/// The program is not installed, or not in PATH.
class NoSuchProgram : public Error {
 public:
  explicit NoSuchProgram(const std::string& name) : Error("the program '" + name + "' is not installed") {}
};

/// Where a program's standard input comes from: nowhere (/dev/null), or from `write`.
enum class ChildInput { nothing, ours };

/// The program never outlives this object: the destructor kills it if it still runs, and always reaps it. Its standard
/// error is kept for `complaint()`, and a Ctrl-C at the terminal does not reach it (it has a process group of its own):
/// stopping is our business.
class ChildProcess {
 public:
  /// Starts argv[0], looked up in PATH, with these arguments and no shell in between. Throws NoSuchProgram when it is
  /// not there, Error on anything else.
  explicit ChildProcess(const std::vector<std::string>& argv, ChildInput input = ChildInput::nothing);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Fills `bytes` from the front with what the program wrote; returns how many, fewer than asked only at the end.
  std::int64_t read(View<char> bytes);

  /// Hands it all of `bytes`, waiting where it reads slowly. False when it reads no more: it has ended, most likely.
  bool write(View<const char> bytes);

  /// After the end of its output and of its input: waits, and returns whether it exited with status 0.
  bool succeeded();

  /// What it wrote to standard error, as one line, at most a few hundred characters.
  std::string complaint() const;
  /// The last line of that: what a program that goes on after some errors died of.
  std::string last_words() const;

 private:
  std::string errors_from(std::int64_t offset) const;

  std::string name_;
  pid_t pid_ = -1;
  Descriptor input_, output_, errors_;
};

}  // namespace fractalsync
