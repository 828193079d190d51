// The CPU on every instruction set.
#include "support/isas.h"
#include "support/test_backends.h"

namespace fractalsync::test {

std::vector<TestBackend> test_backends() {
  std::vector<TestBackend> backends;
  for (const std::string& isa : cpu_isas()) backends.push_back({isa, [isa] { return make_cpu_backend(2, isa); }});
  return backends;
}

}  // namespace fractalsync::test
