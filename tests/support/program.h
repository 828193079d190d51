// The built program run as users run it: as a process of its own, with its exit status and what it printed.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "host/io/descriptor.h"

namespace fractalsync::test {

/// How a process ended and what it wrote.
struct Finished {
  int status = -1;  ///< exit status; 128 + number when a signal ended it, as a shell counts
  std::string out, err;

  std::vector<std::string> error_lines() const;
};

enum class RunAs { me, nobody };  ///< `nobody` has no permissions beyond everybody's, whoever runs the test

/// A process of our own; killed, if it still runs, when this object goes.
class Program {
 public:
  /// Starts words[0] with its arguments in the folder `place`. What it writes goes to memory, so that it never waits
  /// for a reader.
  Program(const std::vector<std::string>& words, const std::filesystem::path& place, RunAs who = RunAs::me);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void send(int signal) const;
  bool ended();
  /// What it has written to standard error so far, and to standard output.
  std::string said() const;
  std::string printed() const;
  /// Waits for its end. After two minutes kills it and throws.
  Finished wait();

 private:
  pid_t pid_ = -1;
  int raw_status_ = 0;
  bool ended_ = false;
  Descriptor out_, err_;
};

/// The program that was built with these tests.
std::string fractalsync_program();

}  // namespace fractalsync::test
