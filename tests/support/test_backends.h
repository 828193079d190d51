// The backends that a test goes through. Tests whose source serves several programs (on the CPU, and in tests/device)
// take theirs from here; each program defines the list once.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "backend.h"

namespace fractalsync::test {

struct TestBackend {
  std::string name;  ///< letters, digits and underscores
  std::function<std::unique_ptr<Backend>()> make;
};

inline void PrintTo(const TestBackend& backend, std::ostream* out) { *out << backend.name; }

std::vector<TestBackend> test_backends();

}  // namespace fractalsync::test
