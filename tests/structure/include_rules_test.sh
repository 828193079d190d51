#!/usr/bin/env bash
# That include_rules.sh can fail: it must name each bad line put into a small tree that is otherwise good.
# Usage: include_rules_test.sh EMPTY_FOLDER_TO_WORK_IN
set -euo pipefail
rules=$(cd "$(dirname "$0")" && pwd)/include_rules.sh
tree=$1
rm -rf "$tree"
mkdir -p "$tree"/kernels/{core,stages,math,cpu,cuda} "$tree"/{host/cli,bench/cuda,onnx_export,apps/program}
cd "$tree"

good() {
  printf '#pragma once\n#include <cstdint>\n' >kernels/core/view.h
  printf '#include "core/view.h"\n' >kernels/stages/loss.h
  printf '#include "core/view.h"\n#include "stages/loss.h"\n' >kernels/math/loss.h
  printf '#include "stages/loss.h"\n' >kernels/backend.h
  printf '#include "backend.h"\n#include "math/loss.h"\n' >kernels/cpu/loss.cpp
  printf '#include "backend.h"\n#include "math/loss.h"\n#include <cuda_runtime.h>\n' >kernels/cuda/loss.cu
  printf '#include "math/loss.h"\n#include "stages/loss.h"\n#include "onnx/onnx.pb.h"\n' >onnx_export/model.h
  printf '#include "backend.h"\n#include "onnx_export/model.h"\n#include <filesystem>\n' >host/cli/train.cpp
  printf '#include "host/cli/commands.h"\n' >apps/program/main.cpp
  printf '#include "backend.h"\n#include "host/train/step.h"\n' >bench/case.h
  printf '#include "bench/case.h"\n' >bench/case.cpp
  printf '#include "bench/case.h"\n#include "cuda/launch.h"\n#include <cublasLt.h>\n' >bench/cuda/peaks.cu
}

good
"$rules" . || { echo "the good tree fails"; exit 1; }

# bad FILE LINE: with LINE at the end of FILE the rules must fail and name that line.
bad() {
  good
  echo "$2" >>"$1"
  local said
  if said=$("$rules" .); then
    echo "not seen: $1: $2"
    exit 1
  fi
  grep -qF "$1:$(wc -l <"$1"):$2" <<<"$said" || { echo "not named: $1: $2, but: $said"; exit 1; }
}

bad kernels/core/view.h '#include "stages/loss.h"'
bad kernels/core/view.h '#include "view.h"'
bad kernels/core/view.h '#include <core/check.h>'
bad kernels/core/view.h '  #  include "../math/loss.h"'
bad kernels/stages/loss.h '#include "math/loss.h"'
bad kernels/math/loss.h '#include "cpu/lanes.h"'
bad kernels/math/loss.h '#include "backend.h"'
bad kernels/backend.h '#include "math/loss.h"'
bad kernels/cpu/loss.cpp '#include "cuda/launch.h"'
bad kernels/cpu/loss.cpp '#include "host/io/npy.h"'
bad kernels/cpu/loss.cpp '#include <fstream>'
bad kernels/cuda/loss.cu '#include "cpu/lanes.h"'
bad kernels/cuda/loss.cu '#include <spdlog/spdlog.h>'
bad onnx_export/model.h '#include "backend.h"'
bad onnx_export/model.h '#include "cpu/lanes.h"'
bad host/cli/train.cpp '#include "cpu/lanes.h"'
bad host/cli/train.cpp '#include "cuda/cuda_backend.h"'
bad host/cli/train.cpp '#include <cuda_runtime.h>'
bad host/cli/train.cpp '#include <hwy/highway.h>'
bad bench/case.cpp '#include "cuda/launch.h"'
bad bench/case.h '#include "onnx_export/model.h"'
bad bench/cuda/peaks.cu '#include "host/train/step.h"'
bad apps/program/main.cpp '#include "backend.h"'

# A tree that lacks a folder is a mistake of the caller, not a success.
good
rm -r onnx_export
if "$rules" . 2>/dev/null; then echo "an incomplete tree passes"; exit 1; fi
echo "every bad line was named"
