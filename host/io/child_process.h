// A program run beside ours, its standard output read through a pipe (e.g. ffmpeg decoding a file).
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

/// The program never outlives this object: the destructor kills it if it still runs, and always reaps it. It reads
/// nothing (standard input is /dev/null), its standard error is kept for `complaint()`, and a Ctrl-C at the terminal
/// does not reach it (it has a process group of its own): stopping is our business.
class ChildProcess {
 public:
  /// Starts argv[0], looked up in PATH, with these arguments and no shell in between. Throws NoSuchProgram when it is
  /// not there, Error on anything else.
  explicit ChildProcess(const std::vector<std::string>& argv);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Fills `bytes` from the front with what the program wrote; returns how many, fewer than asked only at the end.
  std::int64_t read(View<char> bytes);

  /// After the end of its output: waits, and returns whether it exited with status 0.
  bool succeeded();

  /// What it wrote to standard error, as one line, at most a few hundred characters.
  std::string complaint() const;

 private:
  std::string name_;
  pid_t pid_ = -1;
  Descriptor output_, errors_;
};

}  // namespace fractalsync
