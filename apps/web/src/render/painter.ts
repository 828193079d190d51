/**
 * The passes on the GPU: scene (two symmetric halves), assembly, measure of luminance, blend, presentation. Knows one
 * graphics context and nothing of time; the renderer decides what is drawn when. Dropped and built anew when the context
 * is lost.
 */
import finishGlsl from '../../../../kernels/math/looks/finish.glsl?raw';
import paletteGlsl from '../../../../kernels/math/looks/palette.glsl?raw';
import toolsGlsl from '../../../../kernels/math/looks/tools.glsl?raw';
import { fixedPoint, koenigs } from './fixed_point';
import { TILES_X, TILES_Y } from './flash_limiter';
import { Program, Readback, Target, type Uniform } from './gl';
import assembleGlsl from './glsl/assemble.frag.glsl?raw';
import blendGlsl from './glsl/blend.frag.glsl?raw';
import vertexGlsl from './glsl/full.vert.glsl?raw';
import measureGlsl from './glsl/measure.frag.glsl?raw';
import orbitGlsl from './glsl/orbit.glsl?raw';
import presentGlsl from './glsl/present.frag.glsl?raw';
import headGlsl from './glsl/scene_head.glsl?raw';
import mainGlsl from './glsl/scene_main.glsl?raw';
import { lookDefinition } from './looks';
import type { Frame } from './types';

/** Half the view's shorter side at zoom 1, in the z plane. */
const VIEW = 1.55;

export class Painter {
  private readonly assemble: Program;
  private readonly measureTiles: Program;
  private readonly blendStep: Program;
  private readonly presentation: Program;
  private readonly tiles: Target;
  private readonly scenes = new Map<string, Program>();
  private halves: readonly [Target, Target] | null = null;
  private spare: Target[] = [];

  constructor(private readonly gl: WebGL2RenderingContext) {
    this.assemble = new Program(gl, vertexGlsl, assembleGlsl);
    this.measureTiles = new Program(gl, vertexGlsl, measureGlsl);
    this.blendStep = new Program(gl, vertexGlsl, blendGlsl);
    this.presentation = new Program(gl, vertexGlsl, presentGlsl.replace('// finish.glsl', finishGlsl));
    this.tiles = new Target(gl, TILES_X, TILES_Y, gl.RGBA8, false);
    gl.disable(gl.DITHER);
  }

  /** Whether `look` can be drawn without waiting for its shader; the first call starts the compiler. */
  ready(look: string): boolean {
    return this.scene(look).ready();
  }

  /**
   * The scene at `width` x `height` internal pixels (even). `unit` is the size of a fine line in them, `life` four slow
   * phases in radians. The target belongs to the caller until `release`.
   */
  paint(look: string, frame: Frame, life: readonly number[], width: number, height: number, unit: number): Target {
    const zoom = Math.min(Math.max(frame.zoom, 0.1), 10);
    const shorter = Math.min(width, height);
    const pixel = (2 * VIEW) / zoom / shorter;
    const alpha = fixedPoint(frame.cRe, frame.cIm);
    const k = koenigs(alpha);
    const [upper, lower] = this.halvesOf(width, height / 2);
    upper.bind();
    const uniforms: Record<string, Uniform> = {
      u_half: [(width * pixel) / 2, (height * pixel) / 2],
      u_pixel: pixel,
      u_grain: unit,
      u_c: [frame.cRe, frame.cIm],
      u_turn: [Math.cos(frame.rotation), Math.sin(frame.rotation)],
      u_alpha: [alpha.re, alpha.im],
      u_koenigs: [k.strength, k.radius2, k.rate, k.turn],
      u_colour: [clamp01(frame.hue), clamp01(frame.saturation), clamp01(frame.brightness)],
      u_life: life,
    };
    this.scene(look).draw(uniforms);
    const picture = this.take(width, height);
    picture.bind();
    this.assemble.draw({}, { u_upper: upper.texture, u_lower: lower.texture });
    picture.makeMipmaps();
    return picture;
  }

  /** Starts to read the tiles of luminance and saturated red that the flash limiter wants. */
  measure(picture: Target): Readback {
    this.tiles.bind();
    const tap = Math.min(picture.width / TILES_X, picture.height / TILES_Y) / 8;
    const lod = Math.max(0, Math.floor(Math.log2(tap)) - 1);
    this.measureTiles.draw({ u_tiles: [TILES_X, TILES_Y], u_lod: lod }, { u_picture: picture.texture });
    return new Readback(this.gl, TILES_X, TILES_Y);
  }

  /** A new picture, the share `step` of the way from `shown` to `picture`. */
  blend(shown: Target, picture: Target, step: number): Target {
    const result = this.take(picture.width, picture.height);
    result.bind();
    this.blendStep.draw({ u_step: step }, { u_shown: shown.texture, u_picture: picture.texture });
    result.makeMipmaps();
    return result;
  }

  /** Onto the canvas, finished as `look` is. */
  present(picture: Target, look: string, width: number, height: number): void {
    const { gl } = this;
    const { bloom, vignette, grain } = lookDefinition(look).finish;
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.viewport(0, 0, width, height);
    const lod = Math.max(3, Math.log2(Math.min(picture.width, picture.height) / 16));
    this.presentation.draw(
      { u_finish: [bloom, vignette, grain], u_size: [width, height], u_bloom_lod: Math.floor(lod) },
      { u_picture: picture.texture },
    );
  }

  release(picture: Target): void {
    this.spare.push(picture);
  }

  dispose(): void {
    const programs = [this.assemble, this.measureTiles, this.blendStep, this.presentation, ...this.scenes.values()];
    for (const program of programs) program.dispose();
    for (const target of [this.tiles, ...(this.halves ?? []), ...this.spare]) target.dispose();
    this.spare = [];
  }

  private scene(look: string): Program {
    let program = this.scenes.get(look);
    if (!program) {
      const fragment = [headGlsl, paletteGlsl, orbitGlsl, toolsGlsl, lookDefinition(look).glsl, mainGlsl].join('\n');
      program = new Program(this.gl, vertexGlsl, fragment);
      this.scenes.set(look, program);
    }
    return program;
  }

  private halvesOf(width: number, height: number): readonly [Target, Target] {
    const [upper] = this.halves ?? [];
    if (!this.halves || upper?.width !== width || upper.height !== height) {
      for (const half of this.halves ?? []) half.dispose();
      const { gl } = this;
      this.halves = [new Target(gl, width, height, gl.RGB10_A2, false), new Target(gl, width, height, gl.RGB10_A2, false)];
      this.halves[0].attachSecond(this.halves[1]);
    }
    return this.halves;
  }

  private take(width: number, height: number): Target {
    const fits = (target: Target) => target.width === width && target.height === height;
    const found = this.spare.find(fits);
    // Targets of another size are of a scale that was left.
    for (const target of this.spare) if (!fits(target)) target.dispose();
    this.spare = this.spare.filter((target) => target !== found && fits(target));
    return found ?? new Target(this.gl, width, height, this.gl.RGB10_A2, true);
  }
}

function clamp01(x: number): number {
  return Math.min(Math.max(x, 0), 1);
}
