// The sound that the resampler is tested with: tones throughout the passband, one above the new Nyquist frequency (which
// must vanish), and a slow sweep, under an envelope so smooth that its edges hold nothing near the Nyquist frequency.

/**
 * The half second of sound that begins with sample 0 of a clip at `rate` Hz, sampled at `at` Hz (`rate` itself by default);
 * `audible` leaves out the tone that resampling must remove. Float32.
 */
export function testSignal(rate, at = rate, audible = false) {
  const seconds = Math.floor(rate / 2) / rate;
  const highest = Math.min(rate, 22050) / 2;
  return Float32Array.from({ length: Math.ceil(seconds * at) }, (_, n) => {
    const t = n / at;
    const tone = (hertz, phase) => Math.sin(2 * Math.PI * hertz * t + phase);
    const sweep = Math.sin(2 * Math.PI * (200 * t + 0.7 * highest * t * t));
    const alias = rate > 30000 && !audible ? tone(15013, 0) : 0;
    const envelope = Math.sin((Math.PI * t) / seconds) ** 4;
    return 0.2 * envelope * (tone(61, 0) + tone(997, 1) + tone(0.88 * highest, 2) + sweep + alias);
  });
}
