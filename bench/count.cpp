// Does one benchmark case once, on one thread, for a tool that counts its instructions: `scripts/instruction-budgets`.
#include <cstdio>
#include <string>

#include "bench/case.h"
#include "bench/report.h"
#include "core/check.h"

/// What the tool counts within, by this name.
extern "C" [[gnu::noinline]] void fractalsync_counted(const fractalsync::bench::Run& run) { run(); }

int main(int argc, char** argv) {
  using namespace fractalsync;
  if (argc != 3) {
    std::fputs("usage: count CASE ISA\n", stderr);
    return 2;
  }
  try {
    const std::unique_ptr<Backend> backend = make_cpu_backend(1, argv[2]);
    for (const bench::Case& each : bench::all_cases({})) {
      if (each.name != argv[1]) continue;
      const bench::Prepared prepared = each.prepare(*backend);
      prepared.run();  // whatever is made on first use is there now
      fractalsync_counted(prepared.run);
      return 0;
    }
    throw Error(std::string("there is no case '") + argv[1] + "'");
  } catch (const Error& error) {
    std::fprintf(stderr, "count: %s\n", error.what());
    return 1;
  }
}
