// Pictures of the page, compared.
import { PNG } from 'pngjs';

export interface Difference {
  /** Mean absolute difference over pixels and colours, 0 to 255. */
  mean: number;
  /** Share of pixels in which some colour differs by more than 32 of 255. */
  strong: number;
}

export function compare(a: Buffer, b: Buffer): Difference {
  const x = PNG.sync.read(a);
  const y = PNG.sync.read(b);
  if (x.width !== y.width || x.height !== y.height)
    throw new Error(`the pictures are ${x.width}×${x.height} and ${y.width}×${y.height}`);
  let sum = 0;
  let strong = 0;
  for (let at = 0; at < x.data.length; at += 4) {
    const differences = [0, 1, 2].map((k) => Math.abs(x.data[at + k]! - y.data[at + k]!));
    sum += differences[0]! + differences[1]! + differences[2]!;
    if (Math.max(...differences) > 32) ++strong;
  }
  const pixels = x.width * x.height;
  return { mean: sum / (3 * pixels), strong: strong / pixels };
}

/** Mean colour, 0 to 255. */
export function meanColour(png: Buffer): [number, number, number] {
  const { data, width, height } = PNG.sync.read(png);
  const sums: [number, number, number] = [0, 0, 0];
  for (let at = 0; at < data.length; at += 4) for (const k of [0, 1, 2] as const) sums[k] += data[at + k]!;
  return sums.map((sum) => sum / (width * height)) as [number, number, number];
}
