#!/bin/sh
# Runs a script of this folder in Node; 77 (skipped) when Node or its packages are not there, which is a failure with
# FRACTALSYNC_REQUIRE_NODE=1. Usage: in_node.sh SCRIPT ARGUMENT...
cd "$(dirname "$0")" || exit 1
if ! command -v node >/dev/null; then
  missing="Node is not installed"
elif [ ! -d node_modules/onnxruntime-web ]; then
  missing="onnxruntime-web is not installed; run 'npm ci' in tests/onnx"
else
  exec node "$@"
fi
if [ "$FRACTALSYNC_REQUIRE_NODE" = 1 ]; then
  echo "failed: $missing" >&2
  exit 1
fi
echo "skipped: $missing"
exit 77
