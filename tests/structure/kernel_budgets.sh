#!/usr/bin/env bash
# Every kernel of the built CUDA backend stays within its budget of registers, stack and static shared memory
# (kernels/cuda/budgets.txt), and none spills. Prints what is wrong, and fails then; also when a kernel has no budget or
# a budget no kernel.
#
# Usage: kernel_budgets.sh [--update] OBJECTS BUDGETS
#   OBJECTS   the folder with the backend's objects and, beside each, what the compiler said (cmake/keep-resources)
#   --update  writes what the kernels take now into BUDGETS
set -euo pipefail
update=false
if [ "${1:-}" = --update ]; then
  update=true
  shift
fi
[ $# -eq 2 ] || { sed -n 's/^# \(Usage: .*\)/\1/p' "$0" >&2; exit 2; }
objects=$1 budgets=$2

shopt -s nullglob
reports=()
for object in "$objects"/*.o; do
  [ -e "$object.resources" ] || { echo "there is no $object.resources: build the backend anew"; exit 1; }
  reports+=("$object.resources")
done
[ ${#reports[@]} -gt 0 ] || { echo "there are no objects in $objects"; exit 1; }

# One line a kernel: name, registers, bytes of stack, bytes of spills, bytes of static shared memory. An instance of a
# template is a kernel of its own, named with its arguments. ptxas says of each kernel:
#   Compiling entry function 'NAME' for 'sm_90'
#   Function properties for NAME            (and the same of functions that it calls)
#     0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
#   Used 42 registers, used 1 barriers, 40 bytes cumulative stack size, 2084 bytes smem
used=$(cat "${reports[@]}" | c++filt | awk '
  function number_before(words,   text) {
    if (!match($0, "[0-9]+ " words)) return 0
    text = substr($0, RSTART, RLENGTH)
    sub(/ .*/, "", text)
    return text + 0
  }
  /Compiling entry function/ {
    name = $0
    if (!match(name, /[A-Za-z0-9_]+_kernel(<[^'"'"']*>)?\(/)) { name = ""; next }
    name = substr(name, RSTART, RLENGTH - 1)
    sub(/>\(.*/, ">", name)
    gsub(/fractalsync::|[[:space:]]/, "", name)
    spills = 0
  }
  /bytes spill stores/ { spills += number_before("bytes spill stores") + number_before("bytes spill loads") }
  /Used [0-9]+ registers/ && name != "" {
    print name, number_before("registers"), number_before("bytes cumulative stack size"), spills, number_before("bytes smem")
    name = ""
  }' | sort -u)
[ -n "$used" ] || { echo "the compiler said nothing of any kernel in $objects"; exit 1; }

if $update; then
  {
    echo '# What each kernel may take on compute capability 9.0: registers per thread (in eights, as the hardware gives them),'
    echo '# bytes of stack per thread, bytes of static shared memory per block. None may spill.'
    echo '# scripts/kernel-budgets writes this file; tests/structure/kernel_budgets.sh compares.'
    # Of a kernel compiled for several architectures, the most.
    awk '{ r = int(($2 + 7) / 8) * 8
           if (r > registers[$1] + 0) registers[$1] = r
           if ($3 > stack[$1] + 0) stack[$1] = $3
           if ($5 > shared[$1] + 0) shared[$1] = $5 }
         END { for (k in registers) print k, registers[k], stack[k] + 0, shared[k] + 0 }' <<<"$used" | LC_ALL=C sort
  } >"$budgets"
fi

awk -v budgets="$budgets" '
  BEGIN {
    while ((status = (getline line < budgets)) > 0) {
      if (line ~ /^(#|[[:space:]]*$)/) continue
      if (split(line, field, " ") != 4) { print budgets ": not a kernel and three numbers: " line; bad = 1; continue }
      if (field[1] in registers) { print budgets ": twice: " field[1]; bad = 1 }
      registers[field[1]] = field[2]; stack[field[1]] = field[3]; shared[field[1]] = field[4]
    }
    if (status < 0) { print "cannot read " budgets; bad = 1 }
  }
  { seen[$1] = 1 }
  $4 > 0 { print $1 ": spills " $4 " bytes"; bad = 1 }
  !($1 in registers) { print $1 ": has no budget (it takes " $2 " " $3 " " $5 ")"; bad = 1; next }
  $2 > registers[$1] + 0 { print $1 ": takes " $2 " registers, may take " registers[$1]; bad = 1 }
  $3 > stack[$1] + 0 { print $1 ": takes " $3 " bytes of stack, may take " stack[$1]; bad = 1 }
  $5 > shared[$1] + 0 { print $1 ": takes " $5 " bytes of static shared memory, may take " shared[$1]; bad = 1 }
  END {
    for (kernel in registers) if (!(kernel in seen)) { print kernel ": has a budget, but is no kernel"; bad = 1 }
    exit bad
  }' <<<"$used"
echo "$(wc -l <<<"$used") kernels stay within their budgets"
