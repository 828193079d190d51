// Aurora: a dark sky, light that grows towards the set, a glowing rim, complementary petals inside.

vec3 look(Field f, vec2 at) {
  // Outside: curtains of light drift far away; close by, colour runs on with the escape time.
  float v = pow(clamp((f.t - 0.2) / 0.55, 0.0, 1.0), 1.4);
  float curtain = drift(1.3 * at + 0.8 * f.normal * f.t);
  float lit = relief(f.normal, 1.1 * (1.0 - v));
  float glow = 0.075 * (1.0 + curtain) * (1.0 - v);
  vec3 outside = tint((0.11 + 0.66 * v + glow) * mix(1.0, lit, 0.35), 0.07 + 0.13 * v, 0.42 * (f.t - 0.45) + 0.05 * curtain);
  float rim = 1.0 / (1.0 + 0.5 * f.d * f.d / (u_grain * u_grain));
  rim *= smoothstep(0.2, 0.6, f.t) * step(1e-6, f.d);
  outside += rim * 0.5 * tint(0.86, 0.1, 0.1);

  // Inside: the orbit trap for the large forms, Koenigs' petals for the small, both lit from the upper left.
  float u = clamp(f.near / 0.6, 0.0, 1.0);
  float wave = petals(f);
  float body = 0.24 + 0.46 * pow(u, 0.8) + 0.07 * wave;
  float shade = mix(1.0, relief(f.slope, 0.9), 0.4 * smoothstep(0.0, 0.2, u));
  vec3 inside = tint(body * shade, 0.11 + 0.05 * u, 0.5 + 0.26 * u + 0.05 * wave);
  inside += 0.10 * gloss(f.slope, 0.8, 30.0) * tint(0.8, 0.05, 0.3) * u;
  return mix(outside, inside, f.inside);
}
