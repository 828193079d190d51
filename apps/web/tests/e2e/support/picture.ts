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

/** The set on the green ground of the look Aurora: the pixels that are more red than green, and how warm their colour is. */
export function shape(png: Buffer): { inside: boolean[]; area: number; warmth: number } {
  const { data } = PNG.sync.read(png);
  const inside: boolean[] = [];
  let area = 0;
  let warmth = 0;
  for (let at = 0; at < data.length; at += 4) {
    const within = data[at]! > data[at + 1]!;
    inside.push(within);
    if (!within) continue;
    ++area;
    warmth += data[at]! - data[at + 2]!;
  }
  return { inside, area, warmth: warmth / area };
}

/** Share of the set's area by which its outline changed from one picture to the other. */
export function outlineChange(before: Buffer, after: Buffer): number {
  const a = shape(before);
  const b = shape(after);
  return a.inside.filter((within, pixel) => within !== b.inside[pixel]).length / Math.max(a.area, b.area);
}
