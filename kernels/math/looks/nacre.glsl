// Mother of pearl: a soft relief in pale light, with the shifting colours of a thin film.

FORMULA vec3 look(Field f, vec2 at) {
  float x = clamp((f.t - 0.1) / 0.6, 0.0, 1.0);
  float wind = drift(0.9 * at);
  float steep = 0.75 * smoothstep(0.05, 0.7, x);
  float lit = relief(f.normal, steep);
  float film = 0.5 * dot(f.normal, vec2(0.45, -0.2)) * steep + 0.55 * x + 0.16 * wind;
  vec3 outside = tint((0.70 + 0.10 * x + 0.035 * wind) * mix(1.0, lit, 0.34), 0.06 + 0.04 * x, film - 0.25);
  outside += 0.05 * gloss(f.normal, steep, 24.0) * steep;
  outside = mix(outside, tint(0.36, 0.10, 0.4), 0.65 * edge(f, 1.3 * u_grain) * smoothstep(0.3, 0.7, f.t));

  float u = clamp(f.near / 0.7, 0.0, 1.0);
  float wave = petals(f);
  float shade = relief(f.slope, (0.8 + 0.3 * wave) * smoothstep(0.0, 0.08, u));
  float sheen = 0.75 * u + 0.3 * f.veil + 0.22 * dot(f.slope, vec2(0.5, -0.3)) + 0.12 * wave;
  float body = 0.62 + 0.20 * u + 0.12 * f.veil + 0.045 * wave;
  vec3 inside = tint(body * mix(1.0, shade, 0.38), 0.10, 0.42 + 0.6 * sheen);
  inside += 0.22 * gloss(f.slope, 0.9, 40.0) * smoothstep(0.0, 0.1, u);
  return mix(outside, inside, f.inside);
}
