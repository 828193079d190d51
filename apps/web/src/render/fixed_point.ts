/**
 * The attracting fixed point of z -> z^2 + c and Koenigs' coordinate near it, for the interior colouring.
 */

export interface FixedPoint {
  readonly re: number;
  readonly im: number;
  /** Its multiplier, 2 alpha. */
  readonly multiplierRe: number;
  readonly multiplierIm: number;
}

/** The fixed point alpha = (1 - sqrt(1 - 4c)) / 2, principal root: it attracts for c in the main cardioid. */
export function fixedPoint(cRe: number, cIm: number): FixedPoint {
  const a = 1 - 4 * cRe;
  const b = -4 * cIm;
  const modulus = Math.hypot(a, b);
  const rootRe = Math.sqrt(Math.max(0, (modulus + a) / 2));
  const rootIm = Math.sign(b) * Math.sqrt(Math.max(0, (modulus - a) / 2));
  const re = (1 - rootRe) / 2;
  const im = -rootIm / 2;
  return { re, im, multiplierRe: 2 * re, multiplierIm: 2 * im };
}

export interface Koenigs {
  /** In [0, 1]: how far the coordinate may be drawn; 0 where |multiplier| comes near 0 or 1. */
  readonly strength: number;
  /** Squared distance from alpha below which the map counts as linear. */
  readonly radius2: number;
  /** ln(1 / |multiplier|). */
  readonly rate: number;
  /** arg multiplier. */
  readonly turn: number;
}

export function koenigs(point: FixedPoint): Koenigs {
  const size = Math.hypot(point.multiplierRe, point.multiplierIm);
  const strength = smoothstep(0.03, 0.14, size) * (1 - smoothstep(0.78, 0.94, size));
  if (strength <= 0) return { strength: 0, radius2: 0, rate: 1, turn: 0 };
  const radius = Math.min(0.004, 0.02 * size);
  return {
    strength,
    radius2: radius * radius,
    rate: -Math.log(size),
    turn: Math.atan2(point.multiplierIm, point.multiplierRe),
  };
}

function smoothstep(from: number, to: number, x: number): number {
  const t = Math.min(Math.max((x - from) / (to - from), 0), 1);
  return t * t * (3 - 2 * t);
}
