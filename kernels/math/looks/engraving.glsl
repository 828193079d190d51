// Engraving: one ink on ivory. Lines follow the contours; their width carries light and shade.

// A hatch of `value`, `step_px` pixels from line to line where value has one line per unit, thinned or doubled by
// octaves so that lines stay about `pitch` pixels apart; plain tone where they cannot.
FORMULA float hatch(float value, float step_px, float pitch, float tone) {
  float want = max(log2(max(step_px / pitch, 1e-3)), 0.0);
  float octave = floor(want);
  float k = exp2(octave);
  vec2 scale = vec2(k, 2.0 * k);
  vec2 width = tone * step_px / scale;
  vec2 px = abs(fract(value * scale + 0.5) - 0.5) * step_px / scale;
  vec2 drawn = clamp(0.5 * width - px + 0.5, 0.0, 1.0);
  return mix(tone, mix(drawn.x, drawn.y, smoothstep(0.3, 0.7, want - octave)), smoothstep(0.35, 0.9, step_px / pitch));
}

FORMULA vec3 look(Field f, vec2 at) {
  float pitch = 5.5 * u_grain;
  float x = clamp((f.t - 0.15) / 0.6, 0.0, 1.0);
  float lit = relief(f.normal, 0.8);
  float tone = clamp(0.13 + 0.40 * x * x + 0.22 * (1.0 - lit) * (0.5 + x) + 0.05 * drift(at), 0.05, 0.9);
  float ink = mix(tone, hatch(f.nu, f.d * 0.6931, pitch, tone), step(1e-6, f.d));
  ink = max(ink, edge(f, 0.9 * u_grain));

  float u = clamp(f.near / 0.7, 0.0, 1.0);
  float shade = relief(f.slope, 0.9);
  float value = 16.0 * sqrt(f.veil + 0.01);
  float dark = clamp(0.50 - 0.26 * u - 0.12 * f.veil + 0.24 * (1.0 - shade) * smoothstep(0.0, 0.15, u) - 0.12 * petals(f), 0.05, 0.9);
  float inner = hatch(value, 1.0 / max(fwidth(value), 1e-4), pitch, dark);
  ink = mix(ink, inner, f.inside);
  return mix(tint(0.955, 0.025, 0.04), tint(0.24, 0.085, 0.0), ink);
}
