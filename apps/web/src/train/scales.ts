// The arithmetic of charts: scales, round numbers for axes, and lines.

export interface Point {
  x: number;
  y: number;
}

/** Maps `domain` linearly to `range`; the middle of the range where the domain is a single value. */
export function linear([d0, d1]: readonly [number, number], [r0, r1]: readonly [number, number]): (value: number) => number {
  const span = d1 - d0;
  return (value) => (span === 0 ? (r0 + r1) / 2 : r0 + ((value - d0) / span) * (r1 - r0));
}

/** The smallest and the largest of `values`, widened to round numbers; [0, 1] where there are none. */
export function roundDomain(values: readonly number[]): [number, number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const step = roundStep(high > low ? high - low : Math.abs(high) || 1);
  return [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
}

/** The round number (1, 2 or 5 times a power of ten) of which about four make `span`. */
export function roundStep(span: number): number {
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const times = span / 4 / power;
  return power * (times < 1.5 ? 1 : times < 3.5 ? 2 : times < 7.5 ? 5 : 10);
}

/** "M0,4L10,2": a line through the points, broken where a value is not finite. */
export function linePath(points: readonly Point[]): string {
  let pen = 'M';
  let path = '';
  for (const { x, y } of points) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      pen = 'M';
      continue;
    }
    path += `${pen}${Number(x.toFixed(2))},${Number(y.toFixed(2))}`;
    pen = 'L';
  }
  return path;
}

/** At most `most` of the points, evenly chosen, the first and the last among them. */
export function thin<Item>(points: readonly Item[], most: number): readonly Item[] {
  if (points.length <= most) return points;
  return Array.from({ length: most }, (_, k) => points[Math.round((k * (points.length - 1)) / (most - 1))]!);
}

/** Three significant digits: 0.712, 12.3, 1.2e-5. */
export function figure(value: unknown): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) return value.toExponential(1);
  return String(Number(value.toPrecision(3))).replace('-', '−');
}

/** A correlation, as in the project's tables: .93, −.10. */
export function correlation(value: number | null | undefined): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) return '–';
  const digits = Math.abs(value).toFixed(2);
  return `${value < 0 && digits !== '0.00' ? '−' : ''}${digits.replace(/^0/, '')}`;
}
