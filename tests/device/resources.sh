#!/usr/bin/env bash
# Compares what the compiler gave each kernel (registers, stack, static shared memory) with the kernel's budget. Fails
# when a kernel is over it, or has none, or a budget has no kernel.
#
# Usage: resources.sh CUOBJDUMP LIBRARY BUDGET
set -euo pipefail
"$1" --dump-resource-usage "$2" | awk -v budget_file="$3" '
  BEGIN {
    while ((getline line < budget_file) > 0) {
      if (line ~ /^(#|$)/) continue
      split(line, field, " ")
      registers[field[1]] = field[2]; stack[field[1]] = field[3]; shared[field[1]] = field[4]
    }
  }
  # Function NAME: and, on the next line, REG:n STACK:n SHARED:n ...
  /Function / { name = $2; sub(/:$/, "", name) }
  /REG:/ {
    if (match(name, /[0-9]+[a-z][a-z0-9_]*_kernel/) == 0) next
    kernel = substr(name, RSTART, RLENGTH)
    # The mangled name of length n is written nNAME.
    sub(/^[0-9]+/, "", kernel)
    for (i = 1; i <= NF; ++i) { split($i, pair, ":"); used[pair[1]] = pair[2] }
    seen[kernel] = 1
    if (!(kernel in registers)) { print kernel ": has no budget (" used["REG"], used["STACK"], used["SHARED"] ")"; bad = 1; next }
    if (used["REG"] + 0 > registers[kernel] + 0 || used["STACK"] + 0 > stack[kernel] + 0 || used["SHARED"] + 0 > shared[kernel] + 0) {
      print kernel ": uses", used["REG"], "registers,", used["STACK"], "bytes of stack,", used["SHARED"], "of shared memory; may use", registers[kernel], stack[kernel], shared[kernel]
      bad = 1
    }
  }
  END {
    for (kernel in registers) if (!(kernel in seen)) { print kernel ": has a budget, but is no kernel"; bad = 1 }
    if (length(seen) == 0) { print "no kernel was found"; bad = 1 }
    exit bad
  }'
