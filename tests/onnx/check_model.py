"""ONNX's own verdict on an exported file: the full checker and strict shape inference. Usage: check_model.py FILE"""

import sys

import onnx
import onnx.checker
import onnx.shape_inference

model = onnx.load(sys.argv[1])
assert model.ir_version == 8, model.ir_version
assert [(o.domain, o.version) for o in model.opset_import] == [("", 17)], model.opset_import

onnx.checker.check_model(model, full_check=True)
inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)


def shape(value):
    return [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]


def interface(values):
    return {value.name: shape(value) for value in values}


metadata = {entry.key: entry.value for entry in model.metadata_props}
window, features = int(metadata["window_frames"]), int(metadata["features_per_frame"])
inputs, outputs = interface(inferred.graph.input), interface(inferred.graph.output)
is_pipeline = "pcm" in inputs
if is_pipeline:
    lag, state = int(metadata["lag_frames"]), int(metadata["state_size"])
    assert inputs == {"pcm": [2048 + 512 * (window + 2 * lag)], "state": [state]}, inputs
    assert outputs == {
        "visual_parameters": [1, 7],
        "rotation": [1],
        "features": [window, features],
        "next_state": [state],
    }, outputs
    # Operators that some execution provider lacks, or is slow at.
    assert not {"DFT", "STFT", "Conv", "Loop", "Scan", "If"} & {node.op_type for node in model.graph.node}
else:
    assert inputs == {"audio_features": ["batch", window * features]}, inputs
    assert outputs == {"visual_parameters": ["batch", 7]}, outputs

# Inference must have found a shape for every value in between, and the batch must have survived all of them.
between = interface(inferred.graph.value_info)
for node in inferred.graph.node:
    for name in node.output:
        if name in outputs:
            continue
        sizes = between[name]
        assert all(size == "batch" if i == 0 and not is_pipeline else size > 0 for i, size in enumerate(sizes)), (name, sizes)
        assert len(sizes) > 0 or is_pipeline, name
print(f"{sys.argv[1]}: {len(inferred.graph.node)} nodes, {len(metadata)} metadata, clean")
