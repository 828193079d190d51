// The metadata_props of an ONNX file: onnxruntime-web does not show them, and a model chosen from disk comes without its
// JSON file. Reads the outermost level of the protobuf message (ModelProto of onnx.proto) and steps over the graph.

const METADATA_PROPS = 14; // ModelProto.metadata_props, repeated StringStringEntryProto {1: key, 2: value}
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

class Reader {
  private at = 0;
  constructor(private readonly bytes: Uint8Array) {}

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 64; shift += 7) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new RangeError('the message ends within a number');
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number is too long');
  }

  slice(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) throw new RangeError('the message ends within a field');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** Calls `visit` for every length-delimited field of this message. */
  fields(visit: (field: number, content: Uint8Array) => void): void {
    while (!this.done) {
      const tag = this.varint();
      const field = Math.floor(tag / 8);
      const wire = tag % 8;
      if (wire === VARINT) this.varint();
      else if (wire === FIXED64) this.slice(8);
      else if (wire === FIXED32) this.slice(4);
      else if (wire === LENGTH_DELIMITED) visit(field, this.slice(this.varint()));
      else throw new RangeError(`wire type ${wire} is unknown`);
    }
  }
}

/** Keys and values; null when the bytes are not such a message. */
export function onnxMetadata(bytes: Uint8Array): Map<string, string> | null {
  const properties = new Map<string, string>();
  const text = new TextDecoder();
  try {
    new Reader(bytes).fields((field, content) => {
      if (field !== METADATA_PROPS) return;
      let key = '';
      let value = '';
      new Reader(content).fields((part, string) => {
        if (part === 1) key = text.decode(string);
        if (part === 2) value = text.decode(string);
      });
      properties.set(key, value);
    });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  return properties;
}
