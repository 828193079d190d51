#!/usr/bin/env bash
# Who may include whom. Prints every line below ROOT that breaks a rule, and fails when there is one.
#
#   core <- stages <- math <- cpu, cuda    backend.h sees stages
#   host sees backend.h and, through it, core, stages and the formulas of math; and onnx_export
#   bench sees what host sees, and host; of it, bench/cuda alone sees cuda, but for the list of GPUs; host sees bench
#   onnx_export sees stages, core and the formulas of math; apps see host
#
# Usage: include_rules.sh ROOT
set -euo pipefail
cd "$1"
failed=false

# includes PATH...: every line of the C++ files there that includes something, as path:line:text.
includes() {
  local path
  for path in "$@"; do [ -e "$path" ] || { echo "include_rules: there is no $path" >&2; return 1; }; done
  grep -rnHE --include='*.h' --include='*.cpp' --include='*.cu' --include='*.cuh' '^[[:space:]]*#[[:space:]]*include' "$@"
}

# report WHAT: the lines on standard input are offences.
report() {
  local lines
  lines=$(cat)
  [ -n "$lines" ] || return 0
  printf '%s:\n%s\n' "$1" "$lines"
  failed=true
}

# sees PATH ALLOWED: what PATH includes in quotes begins with ALLOWED (an extended regular expression).
sees() {
  local found
  found=$(includes "$1")
  report "$1 may include only $2" < <(grep -E 'include[[:space:]]*"' <<<"$found" | grep -vE "include[[:space:]]*\"($2)")
}

# never PATH PATTERN WHY: no include of PATH matches PATTERN.
never() {
  local found
  found=$(includes "$1")
  report "$1: $3" < <(grep -E "include[[:space:]]*$2" <<<"$found")
}

sees kernels/core 'core/'
sees kernels/stages '(core|stages)/'
sees kernels/math '(core|stages|math)/'
sees kernels/backend.h '(core|stages)/'
sees kernels/cpu '(core|stages|math|cpu)/|backend\.h"'
sees kernels/cuda '(core|stages|math|cuda)/|backend\.h"|emulator/(gpu|thrust)\.h"'
sees onnx_export '(core|stages|math|onnx_export)/|onnx/onnx\.pb\.h"'
sees host '(core|stages|math|host|bench|onnx_export)/|(make_)?backend\.h"|checkpoint\.pb\.h"'
sees apps 'host/'
for path in bench/*.h bench/*.cpp; do sees "$path" '(core|stages|math|host|bench)/|(cuda/make_cuda_|make_)?backend\.h"'; done
sees bench/cuda '(core|stages|math|bench|cuda)/|(make_)?backend\.h"'

never kernels '<(filesystem|fstream|iostream|chrono|sys/socket\.h|CLI/|spdlog/|nlohmann/)' \
  'numerics know no file, socket, clock or command line'
never host '[<"](cuda|hwy/)' 'the host knows neither CUDA nor vectors'
for path in kernels host bench onnx_export apps; do
  never "$path" '<(core|stages|math|cpu|cuda|host|bench|onnx_export|(make_)?backend\.h)[/>]' "the project's own headers are included in quotes"
done

if $failed; then exit 1; fi
echo "the include rules hold"
