// The picture before there is sound: a slow walk just inside the boundary of the Mandelbrot set's main cardioid, where
// every Julia set is connected and finely frayed.
import type { Frame } from './render';

/** Seconds for one way along the boundary and back. */
const PERIOD = 240;
/** 1 is the boundary itself. */
const RHO = 0.985;

/** At `seconds` since the start; `still` for people who asked for less motion. */
export function idleFrame(seconds: number, still: boolean): Frame {
  const t = still ? 0 : seconds;
  const psi = 1.35 - 0.75 * Math.cos((2 * Math.PI * t) / PERIOD);
  const mRe = RHO * Math.cos(psi);
  const mIm = RHO * Math.sin(psi);
  // c = m/2 - m²/4: the point whose fixed point has the multiplier m.
  return {
    cRe: mRe / 2 - (mRe * mRe - mIm * mIm) / 4,
    cIm: mIm / 2 - (mRe * mIm) / 2,
    hue: 0.62 + 0.12 * Math.sin((2 * Math.PI * t) / 97),
    saturation: 0.7,
    brightness: 0.42,
    zoom: 1.3,
    speed: 0,
    rotation: 0.015 * t,
  };
}
