// A pipeline.onnx, ready to run: checked, tried once on silence, with the state that it hands from hop to hop. Runs in the
// inference worker, and in Node for tests.
import * as ort from 'onnxruntime-web/wasm';
import { UserError } from '../errors';
import { checkModel, FEATURES, PARAMETERS, type ModelInfo } from './model_check';
import { onnxMetadata } from './onnx_metadata';

ort.env.wasm.numThreads = 1; // the model is far too small for more

export interface Output {
  /** `[7]`, `[6]`: see HopResult. */
  parameters: Float32Array;
  rotation: number;
  features: Float32Array;
}

async function createSession(bytes: Uint8Array): Promise<ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'], logSeverityLevel: 4 });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    // A missing wasm file is no fault of the model.
    if (/no available backend|initWasm|WebAssembly/i.test(text))
      throw new UserError(`The inference engine could not be loaded: ${text}`);
    throw new UserError('This file is not an ONNX model, or it is damaged.');
  }
}

export class Model {
  private state: ort.Tensor;

  private constructor(
    private readonly session: ort.InferenceSession,
    readonly info: ModelInfo,
  ) {
    this.state = this.firstState(0);
  }

  /** Throws a UserError when the file cannot be used. */
  static async load(bytes: Uint8Array): Promise<Model> {
    const properties = onnxMetadata(bytes);
    const session = await createSession(bytes);
    try {
      const model = new Model(session, checkModel(session, properties));
      await model.run(new Float32Array(model.info.pcmSamples));
      model.begin(0);
      return model;
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  /** A stream begins, and its journey at that angle. */
  begin(journey: number): void {
    this.state = this.firstState(journey);
  }

  /** One hop further. `pcm` is `[info.pcmSamples]`, newest last. Throws when what comes back is not what was promised. */
  async run(pcm: Float32Array): Promise<Output> {
    const results = await this.session.run({
      pcm: new ort.Tensor('float32', pcm, [pcm.length]),
      state: this.state,
    });
    const { windowFrames, featuresPerFrame, stateSize } = this.info;
    const parameters = values(results, 'visual_parameters', PARAMETERS.length);
    const [rotation] = values(results, 'rotation', 1);
    const features = values(results, 'features', windowFrames * featuresPerFrame);
    if (!parameters.every(Number.isFinite) || !Number.isFinite(rotation))
      throw new UserError('The model gives numbers that are not finite. Choose another one.');
    const nextState = values(results, 'next_state', stateSize);
    this.state = new ort.Tensor('float32', nextState, [stateSize]);
    const newest = (windowFrames - 1) * featuresPerFrame;
    return { parameters, rotation: rotation!, features: features.slice(newest, newest + FEATURES.length) };
  }

  async release(): Promise<void> {
    await this.session.release();
  }

  private firstState(journey: number): ort.Tensor {
    const state = new Float32Array(this.info.stateSize);
    if (this.info.journey >= 0) state[this.info.journey] = journey;
    return new ort.Tensor('float32', state, [state.length]);
  }
}

function values(results: ort.InferenceSession.OnnxValueMapType, name: string, size: number): Float32Array {
  const data = (results[name] as ort.Tensor | undefined)?.data;
  if (!(data instanceof Float32Array) || data.length !== size)
    throw new UserError(`The model's output "${name}" is not ${size} float32 values.`);
  return data;
}
