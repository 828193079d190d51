/**
 * Small wrappers of WebGL 2: programs with cached uniforms, render targets, and reading pixels back without a stall.
 */
import { UnsupportedError } from './types';

export function openContext(canvas: HTMLCanvasElement, preserveDrawingBuffer: boolean): WebGL2RenderingContext {
  const gl = canvas.getContext('webgl2', {
    alpha: false,
    antialias: false,
    depth: false,
    stencil: false,
    powerPreference: 'high-performance',
    preserveDrawingBuffer,
  });
  if (gl) return gl;
  if (canvas.ownerDocument.createElement('canvas').getContext('webgl')) {
    throw new UnsupportedError(
      'This browser offers only WebGL 1, and the pictures need WebGL 2: please update the browser or the graphics driver.',
    );
  }
  throw new UnsupportedError(
    'This browser offers no WebGL, which the pictures need: please switch on hardware acceleration or try another browser.',
  );
}

export type Uniform = number | readonly number[];

/** A linked program. `ready` tells without waiting where the browser compiles in parallel. */
export class Program {
  private readonly program: WebGLProgram;
  private readonly shaders: readonly WebGLShader[];
  private readonly places = new Map<string, WebGLUniformLocation | null>();
  private checked = false;

  constructor(
    private readonly gl: WebGL2RenderingContext,
    vertex: string,
    fragment: string,
  ) {
    this.program = gl.createProgram();
    this.shaders = [this.compile(gl.VERTEX_SHADER, vertex), this.compile(gl.FRAGMENT_SHADER, fragment)];
    gl.linkProgram(this.program);
  }

  ready(): boolean {
    const parallel = this.gl.getExtension('KHR_parallel_shader_compile');
    return !parallel || Boolean(this.gl.getProgramParameter(this.program, parallel.COMPLETION_STATUS_KHR));
  }

  /** Draws the whole of the bound target. */
  draw(uniforms: Readonly<Record<string, Uniform>>, textures: Readonly<Record<string, WebGLTexture>> = {}): void {
    const { gl } = this;
    this.check();
    gl.useProgram(this.program);
    Object.entries(textures).forEach(([name, texture], unit) => {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.uniform1i(this.place(name), unit);
    });
    for (const [name, value] of Object.entries(uniforms)) {
      const place = this.place(name);
      const values = typeof value === 'number' ? [value] : value;
      if (values.length === 1) gl.uniform1fv(place, values);
      else if (values.length === 2) gl.uniform2fv(place, values);
      else if (values.length === 3) gl.uniform3fv(place, values);
      else gl.uniform4fv(place, values);
    }
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  dispose(): void {
    for (const shader of this.shaders) this.gl.deleteShader(shader);
    this.gl.deleteProgram(this.program);
  }

  private compile(type: number, source: string): WebGLShader {
    const shader = this.gl.createShader(type);
    if (!shader) throw new Error('The graphics context was lost.');
    this.gl.shaderSource(shader, source);
    this.gl.compileShader(shader);
    this.gl.attachShader(this.program, shader);
    return shader;
  }

  private check(): void {
    if (this.checked) return;
    const { gl } = this;
    if (!gl.getProgramParameter(this.program, gl.LINK_STATUS) && !gl.isContextLost()) {
      const log = this.shaders.map((shader) => gl.getShaderInfoLog(shader)).join('\n');
      throw new Error(`The graphics driver refused a shader: ${gl.getProgramInfoLog(this.program)}\n${log}`);
    }
    this.checked = true;
  }

  private place(name: string): WebGLUniformLocation | null {
    let place = this.places.get(name);
    if (place === undefined) {
      place = this.gl.getUniformLocation(this.program, name);
      this.places.set(name, place);
    }
    return place;
  }
}

/** A texture to draw into, ten bits a channel (always renderable and filterable in WebGL 2). */
export class Target {
  readonly texture: WebGLTexture;
  readonly framebuffer: WebGLFramebuffer;

  constructor(
    private readonly gl: WebGL2RenderingContext,
    readonly width: number,
    readonly height: number,
    format: number,
    mipmaps: boolean,
  ) {
    this.texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    const levels = mipmaps ? 1 + Math.floor(Math.log2(Math.max(width, height))) : 1;
    gl.texStorage2D(gl.TEXTURE_2D, levels, format, width, height);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, mipmaps ? gl.LINEAR_MIPMAP_LINEAR : gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    this.framebuffer = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.framebuffer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.texture, 0);
  }

  /** Attaches a second texture, of another target of the same size, as colour output 1. */
  attachSecond(other: Target): void {
    const { gl } = this;
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.framebuffer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT1, gl.TEXTURE_2D, other.texture, 0);
    gl.drawBuffers([gl.COLOR_ATTACHMENT0, gl.COLOR_ATTACHMENT1]);
  }

  bind(): void {
    this.gl.bindFramebuffer(this.gl.FRAMEBUFFER, this.framebuffer);
    this.gl.viewport(0, 0, this.width, this.height);
  }

  makeMipmaps(): void {
    this.gl.bindTexture(this.gl.TEXTURE_2D, this.texture);
    this.gl.generateMipmap(this.gl.TEXTURE_2D);
  }

  dispose(): void {
    this.gl.deleteFramebuffer(this.framebuffer);
    this.gl.deleteTexture(this.texture);
  }
}

/** The pixels of a small target on their way back to the CPU. */
export class Readback {
  private readonly buffer: WebGLBuffer;
  private readonly sync: WebGLSync | null;

  /** Reads from the bound framebuffer. */
  constructor(
    private readonly gl: WebGL2RenderingContext,
    private readonly width: number,
    private readonly height: number,
  ) {
    this.buffer = gl.createBuffer();
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, this.buffer);
    gl.bufferData(gl.PIXEL_PACK_BUFFER, width * height * 4, gl.STREAM_READ);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, 0);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    this.sync = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
  }

  ready(): boolean {
    return !this.sync || this.gl.getSyncParameter(this.sync, this.gl.SYNC_STATUS) === this.gl.SIGNALED;
  }

  /** RGBA bytes; waits when they are not ready. */
  read(): Uint8Array {
    const { gl } = this;
    const bytes = new Uint8Array(this.width * this.height * 4);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, this.buffer);
    gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, bytes);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    this.dispose();
    return bytes;
  }

  dispose(): void {
    this.gl.deleteBuffer(this.buffer);
    this.gl.deleteSync(this.sync);
  }
}

/** How long the GPU works on a frame, where the browser tells. One measurement is under way at a time. */
export class GpuTimer {
  private readonly extension: { TIME_ELAPSED_EXT: number; GPU_DISJOINT_EXT: number } | null;
  private query: WebGLQuery | null = null;
  private running = false;

  constructor(private readonly gl: WebGL2RenderingContext) {
    this.extension = gl.getExtension('EXT_disjoint_timer_query_webgl2') as typeof this.extension;
  }

  begin(): void {
    if (!this.extension || this.query) return;
    this.query = this.gl.createQuery();
    this.gl.beginQuery(this.extension.TIME_ELAPSED_EXT, this.query);
    this.running = true;
  }

  end(): void {
    if (!this.extension || !this.running) return;
    this.gl.endQuery(this.extension.TIME_ELAPSED_EXT);
    this.running = false;
  }

  /** Milliseconds, once per measurement; null when there is none. */
  take(): number | null {
    const { gl, extension, query } = this;
    if (!extension || !query || this.running || !gl.getQueryParameter(query, gl.QUERY_RESULT_AVAILABLE)) return null;
    const disjoint = Boolean(gl.getParameter(extension.GPU_DISJOINT_EXT));
    const nanoseconds = gl.getQueryParameter(query, gl.QUERY_RESULT) as number;
    gl.deleteQuery(query);
    this.query = null;
    return disjoint || nanoseconds <= 0 ? null : nanoseconds / 1e6;
  }
}
