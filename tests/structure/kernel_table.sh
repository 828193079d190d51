#!/usr/bin/env bash
# Every kernel of kernels/cuda stands in the table of kernels/README.md, in a row with nothing left out, and every file
# that the table names is there; every stage with a kernel has a case in the file that its row names under bench. Prints
# what is wrong, and fails then.
#
# Usage: kernel_table.sh ROOT
set -euo pipefail
cd "$1"
table=$(grep -E '^\|.*_kernel`' kernels/README.md)
failed=false
complain() { echo "kernels/README.md: $*"; failed=true; }

kernels=$(sed -n '/__global__/,/(/p' kernels/cuda/*.cu kernels/cuda/*.cuh | grep -oE '\b[a-z0-9_]+_kernel\(' | tr -d '(' | sort -u)
[ -n "$kernels" ] || complain 'no kernel was found in kernels/cuda'
for kernel in $kernels; do
  grep -qF "\`$kernel\`" <<<"$table" || complain "the table has no $kernel"
done
for kernel in $(grep -oE '[a-z0-9_]+_kernel\b' <<<"$table" | sort -u); do
  grep -qx "$kernel" <<<"$kernels" || complain "there is no $kernel"
done
while IFS= read -r row; do
  [ "$(awk -F'|' '{ print NF }' <<<"$row")" = 10 ] || complain "not eight columns: $row"
  if grep -qE '\|[[:space:]]*\|' <<<"$row"; then complain "an empty column: $row"; fi
done <<<"$table"
for file in $(grep -oE '`[a-z_/]+\.(cpp|cu)`' <<<"$table" | tr -d '`' | sort -u); do
  [ -e "$file" ] || [ -e "kernels/$file" ] || complain "there is no $file"
done
# The cases are named after their stages: "stage/what it is measured on".
while IFS='|' read -r _ stages _ _ _ _ _ _ bench _; do
  file=$(tr -d '` ' <<<"$bench")
  [ "$file" = – ] && continue
  for stage in $(grep -oE '`[a-z_]+`' <<<"$stages" | tr -d '`'); do
    grep -qE "\"$stage[/\"]" "$file" || complain "$file has no case of $stage"
  done
done <<<"$table"
if $failed; then exit 1; fi
echo "the table names every kernel, and a case for every stage"
