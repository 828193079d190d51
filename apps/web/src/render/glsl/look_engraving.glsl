// Engraving: one ink on ivory. Lines follow the contours; their width carries light and shade.

float strokes(float value, float step_px, float tone) {
  float width = clamp(tone, 0.04, 0.96) * step_px;
  float px = (fract(value + 0.5) - 0.5) * step_px;
  float drawn = clamp(0.5 * width - abs(px) + 0.5, 0.0, 1.0);
  return mix(tone, drawn, smoothstep(1.6, 3.2, step_px));
}

vec3 look(Field f, vec2 at) {
  float x = clamp((f.t - 0.12) / 0.62, 0.0, 1.0);
  float lit = relief(f.normal, 0.9);
  float tone = clamp(0.10 + 0.62 * x * x + 0.5 * (1.0 - lit) * (0.3 + x), 0.05, 0.95);
  // Lines per step of nu, by octaves: about 7 pixels apart everywhere.
  float px = f.d * 0.6931 / u_grain;
  float want = log2(max(px / 7.0, 1e-3));
  float oct = floor(want);
  float blend = smoothstep(0.35, 0.65, want - oct);
  float k = exp2(oct);
  float a = strokes(f.nu * k, px / k, tone);
  float b = strokes(f.nu * 2.0 * k, px / (2.0 * k), tone);
  float ink = f.d > 0.0 ? mix(a, b, blend) : tone;
  float edge = 1.0 / (1.0 + f.d * f.d / (0.8 * u_grain * u_grain)) * step(1e-6, f.d);
  ink = max(ink, edge);

  float u = clamp(f.near / 0.7, 0.0, 1.0);
  float shade = relief(f.slope, 1.0);
  float dark = clamp(0.72 - 0.5 * u + 0.45 * (1.0 - shade) + 0.10 * petals(f), 0.04, 0.95);
  float inner = strokes(f.near * 42.0, 7.0, dark);
  ink = mix(ink, inner, f.inside);
  vec3 paper = tint(0.95, 0.02, 0.05);
  vec3 black = tint(0.20, 0.07, 0.0);
  return mix(paper, black, ink);
}
