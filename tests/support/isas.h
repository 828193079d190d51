// The instruction sets that the tests run through.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "backend.h"

namespace fractalsync::test {

/// All that this program and this processor have, narrowest first.
inline std::vector<std::string> cpu_isas() {
  std::istringstream names(list_cpu_isas());
  std::vector<std::string> list;
  for (std::string isa; names >> isa;) list.push_back(isa);
  return list;
}

}  // namespace fractalsync::test
