#!/usr/bin/env bash
# Every header compiles alone. One that begins by including another header of the project need not be asked about that
# one: whoever compiles it compiles the other from a clean state too.
# Usage: headers_alone.sh ROOT COMPILER FLAG...   (flags: standard, definitions, include folders)
set -euo pipefail
cd "$1"
compiler=$2
shift 2

mapfile -t headers < <(find apps bench data host kernels onnx_export tests -name '*.h' -not -path '*/node_modules/*' | sort)
[ ${#headers[@]} -gt 100 ] || { echo "headers_alone: only ${#headers[@]} headers below $PWD" >&2; exit 1; }

declare -A first_in
for header in "${headers[@]}"; do
  opening=$(grep -m 1 '^#include' "$header" || true)
  [[ $opening =~ \"(.*)\" ]] || continue
  for candidate in "${BASH_REMATCH[1]}" "kernels/${BASH_REMATCH[1]}" "tests/${BASH_REMATCH[1]}"; do
    first_in[$candidate]=$header
  done
done

alone=()
for header in "${headers[@]}"; do [ -n "${first_in[$header]:-}" ] || alone+=("$header"); done
printf '%s\0' "${alone[@]}" |
  xargs -0 -n 1 -P "$(nproc)" "$compiler" "$@" -fsyntax-only -x c++ /dev/null -include
echo "${#headers[@]} headers compile alone (${#alone[@]} asked, the rest begin one of them)"
