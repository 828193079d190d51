// Where a song's journey along the boundary of the Mandelbrot set begins: where its name says, as in the program
// (host/evaluate/journey.h); tests/golden/journey holds both to the same angles.

/** An angle in [0, 2 pi), a float32, for the name of a song's file without its ending. */
export function journeyOf(file: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(file.replace(/(?!^)\.[^.]*$/, ''))) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return Math.fround(((hash ^ (hash >>> 16)) >>> 8) * ((2 * Math.PI) / 2 ** 24));
}

/** Anywhere, for sound that has no name: what a microphone hears is not the same song again because the microphone is. */
export function anyJourney(): number {
  return 2 * Math.PI * Math.random();
}
