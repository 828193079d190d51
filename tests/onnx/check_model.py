"""ONNX's own verdict on an exported model: the full checker and strict shape inference. Usage: check_model.py MODEL"""

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


(model_input,), (output,) = inferred.graph.input, inferred.graph.output
metadata = {entry.key: entry.value for entry in model.metadata_props}
columns = int(metadata["window_frames"]) * int(metadata["features_per_frame"])
assert (model_input.name, shape(model_input)) == ("audio_features", ["batch", columns]), model_input
assert (output.name, shape(output)) == ("visual_parameters", ["batch", 7]), output

# Inference must have found a shape for every value in between, and the batch must have survived all of them.
inferred_shapes = {value.name: shape(value) for value in inferred.graph.value_info}
for node in inferred.graph.node:
    for name in node.output:
        if name != output.name:
            batch, width = inferred_shapes[name]
            assert batch == "batch" and width > 0, (name, batch, width)
print(f"{sys.argv[1]}: {len(inferred.graph.node)} nodes, {len(metadata)} metadata, clean")
