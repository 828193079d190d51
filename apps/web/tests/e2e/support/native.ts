// The native program, to compare with. It stands where scripts/build leaves it, or where FRACTALSYNC says.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DIST, type Server } from './server';

const root = (path: string) => fileURLToPath(new URL(`../../../../../${path}`, import.meta.url));

function program(): string {
  const places = [process.env.FRACTALSYNC, root('build-cpu/bin/fractalsync'), root('build/bin/fractalsync')];
  const found = places.find((place) => place && existsSync(place));
  if (!found) throw new Error('the program "fractalsync" is not built: run scripts/build fractalsync, or set FRACTALSYNC');
  return found;
}

export function fractalsync(...args: string[]): void {
  execFileSync(program(), args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

export interface NativeFrame {
  readonly look: string;
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly life: number;
  readonly cRe: number;
  readonly cIm: number;
  readonly hue: number;
  readonly saturation: number;
  readonly brightness: number;
  readonly zoom: number;
  readonly rotation: number;
}

/** One frame drawn by the native backend (tests/support/draw_frame.cpp), which is built beside the program. */
export function drawFrame(path: string, frame: NativeFrame): void {
  const { look, width, height, seed, life, cRe, cIm, hue, saturation, brightness, zoom, rotation } = frame;
  const numbers = [width, height, seed, life, cRe, cIm, hue, saturation, brightness, zoom, rotation].map(String);
  execFileSync(join(dirname(program()), 'draw_frame'), [path, look, ...numbers], { stdio: 'inherit' });
}

/** `fractalsync serve` with all its folders below `folder`, on a free port unless one is given. */
export function serveTraining(folder: string, { port = 0, token }: { port?: number; token?: string } = {}): Promise<Server> {
  const below = (name: string) => [`--${name}-dir`, join(folder, name)];
  const folders = [...below('data'), ...below('model'), ...below('save'), ...below('cache')];
  const device = ['--device', 'cpu', '--threads', '1', '--log-level', 'warn'];
  const child = spawn(program(), ['serve', '--port', String(port), '--web-dir', DIST, ...device, ...folders], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...(token && { FRACTALSYNC_TOKEN: token }) },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const close = () => (child.kill('SIGINT'), ended);
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const url = /http:\/\/\S+/.exec(said)?.[0];
      if (url) resolve({ url: `${url}/`, close });
    });
    void ended.then(() => reject(new Error(`fractalsync serve has ended: ${said}`)));
  });
}

/** The folder of the bundled music, or one of its files. */
export const demoMusic = (file = '') => root(`data/demo/${file}`);

/** Rows of a float32 .npy file as this project writes them: version 1.0, C order. */
export function readNpy(path: string): number[][] {
  const file = readFileSync(path);
  const start = 10 + file.readUInt16LE(8);
  const header = file.toString('latin1', 10, start);
  const [rows, columns] = /\((\d+), (\d+)\)/.exec(header)!.slice(1).map(Number) as [number, number];
  if (!header.includes("'<f4'") || file.length !== start + 4 * rows * columns) throw new Error(`${path}: not as expected`);
  return Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (_, c) => file.readFloatLE(start + 4 * (r * columns + c))),
  );
}
