// Mother of pearl: a soft relief in pale light, with the shifting colours of a thin film.

vec3 look(Field f, vec2 at) {
  float x = clamp((f.t - 0.1) / 0.6, 0.0, 1.0);
  float wind = drift(0.9 * at);
  vec2 n = f.normal;
  float steep = 0.9 * smoothstep(0.0, 0.5, x);
  float lit = relief(n, steep);
  float film = dot(n, vec2(0.45, -0.2)) * steep + 1.2 * x + 0.12 * wind;
  vec3 outside = tint((0.50 + 0.26 * x + 0.03 * wind) * mix(1.0, lit, 0.45), 0.07 + 0.03 * x, 0.5 * film - 0.2);
  outside += 0.22 * gloss(n, steep, 24.0) * steep;
  float edge = 1.0 / (1.0 + f.d * f.d / (1.5 * u_grain * u_grain)) * step(1e-6, f.d);
  outside = mix(outside, tint(0.30, 0.08, 0.4), 0.6 * edge * smoothstep(0.3, 0.7, f.t));

  float u = clamp(f.near / 0.7, 0.0, 1.0);
  float wave = petals(f);
  float shade = relief(f.slope, 0.8 + 0.3 * wave);
  float sheen = 0.9 * u + 0.25 * dot(f.slope, vec2(0.5, -0.3)) + 0.12 * wave;
  vec3 inside = tint((0.60 + 0.26 * u + 0.03 * wave) * mix(1.0, shade, 0.4), 0.085, 0.45 + 0.5 * sheen);
  inside += 0.25 * gloss(f.slope, 0.9, 40.0);
  return mix(outside, inside, f.inside);
}
