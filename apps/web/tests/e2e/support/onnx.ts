// A tiny valid ONNX model, written by hand: one Identity from `input` to `output`.
type Bytes = number[];

const text = (value: string): Bytes => [...Buffer.from(value)];
const message = (field: number, content: Bytes): Bytes => [field * 8 + 2, content.length, ...content];
const integer = (field: number, value: number): Bytes => [field * 8, value];

/** A float32 vector of four. */
function valueInfo(name: string): Bytes {
  const shape = message(1, integer(1, 4)); // TensorShapeProto.dim.dim_value
  const tensor = [...integer(1, 1), ...message(2, shape)]; // elem_type FLOAT
  return [...message(1, text(name)), ...message(2, message(1, tensor))];
}

/** ModelProto, IR version 8, opset 17. */
export function identityModel(input: string, output: string): Buffer {
  const node = [...message(1, text(input)), ...message(2, text(output)), ...message(4, text('Identity'))];
  const graph = [
    ...message(1, node),
    ...message(2, text('identity')),
    ...message(11, valueInfo(input)),
    ...message(12, valueInfo(output)),
  ];
  return Buffer.from([...integer(1, 8), ...message(7, graph), ...message(8, integer(2, 17))]);
}
