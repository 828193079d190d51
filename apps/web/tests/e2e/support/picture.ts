// Pictures of the page, compared.
import { PNG } from 'pngjs';

export interface Difference {
  /** Mean absolute difference over pixels and colours, 0 to 255. */
  mean: number;
  /** Share of pixels in which some colour differs by more than 32 of 255. */
  strong: number;
}

/** The share of pixels in which some colour differs by more than `level` of 255, and the mean difference. */
export function apart(a: Buffer, b: Buffer, level: number): { share: number; mean: number } {
  const x = PNG.sync.read(a);
  const y = PNG.sync.read(b);
  if (x.width !== y.width || x.height !== y.height)
    throw new Error(`the pictures are ${x.width}×${x.height} and ${y.width}×${y.height}`);
  let count = 0;
  let sum = 0;
  for (let at = 0; at < x.data.length; at += 4) {
    const differences = [0, 1, 2].map((k) => Math.abs(x.data[at + k]! - y.data[at + k]!));
    if (Math.max(...differences) > level) ++count;
    sum += differences[0]! + differences[1]! + differences[2]!;
  }
  const pixels = x.width * x.height;
  return { share: count / pixels, mean: sum / (3 * pixels) };
}

export function compare(a: Buffer, b: Buffer): Difference {
  const { mean, share } = apart(a, b, 32);
  return { mean, strong: share };
}

type Colour = readonly [number, number, number];

/**
 * How warm (red less blue) the set in the middle of the look Aurora is. Set and ground have complementary hues whatever the
 * music: a pixel belongs to the one whose mean chromaticity is nearer to its own.
 */
export function warmthOfSet(png: Buffer): number {
  const { data, width, height } = PNG.sync.read(png);
  const chromaticity = (pixel: number): Colour => {
    const [r, g, b] = [data[4 * pixel]!, data[4 * pixel + 1]!, data[4 * pixel + 2]!];
    const sum = r + g + b + 1; // black has none
    return [r / sum, g / sum, b / sum];
  };
  const distance = (a: Colour, b: Colour) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  const pixels = Array.from({ length: width * height }, (_, pixel) => pixel);
  const meanOf = (belongs: (x: number, y: number) => boolean): Colour => {
    const chosen = pixels.filter((pixel) => belongs(pixel % width, Math.floor(pixel / width))).map(chromaticity);
    return [0, 1, 2].map((k) => chosen.reduce((sum, colour) => sum + colour[k]!, 0) / chosen.length) as unknown as Colour;
  };
  const set = meanOf((x, y) => Math.hypot(x - width / 2, y - height / 2) < 0.15 * height);
  const ground = meanOf((x) => x < 0.15 * width || x >= 0.85 * width);
  const members = pixels.filter((pixel) => distance(chromaticity(pixel), set) < distance(chromaticity(pixel), ground));
  return members.reduce((sum, pixel) => sum + data[4 * pixel]! - data[4 * pixel + 2]!, 0) / members.length;
}
