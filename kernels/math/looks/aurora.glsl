// Aurora: a dark sky, light that grows towards the set, a glowing rim, complementary petals inside.

FORMULA vec3 look(Field f, vec2 at) {
  // Outside: curtains of light drift far away; close by, colour runs on with the escape time.
  float v = pow(clamp((f.t - 0.2) / 0.55, 0.0, 1.0), 1.3);
  float curtain = drift(1.2 * at + 1.5 * f.normal * f.t);
  float veil = 0.5 + 0.5 * curtain;
  float lit = relief(f.normal, 0.9 * (1.0 - v));
  float sky = 0.10 + 0.17 * veil * veil * (1.0 - v) + 0.68 * v;
  vec3 outside = tint(sky * mix(1.0, lit, 0.22), 0.075 + 0.12 * v, 0.05 - 0.40 * (f.t - 0.42) + 0.12 * curtain * (1.0 - v));
  outside += 0.55 * edge(f, 1.3 * u_grain) * smoothstep(0.2, 0.6, f.t) * tint(0.88, 0.1, 0.06);

  // Inside: the orbit trap for the large forms, Koenigs' petals for the small, both lit from the upper left.
  float u = clamp(f.near / 0.6, 0.0, 1.0);
  float wave = petals(f);
  float body = 0.27 + 0.36 * pow(u, 0.7) + 0.24 * f.veil + 0.07 * wave;
  float shade = mix(1.0, relief(f.slope, 0.9), 0.34 * smoothstep(0.0, 0.2, u));
  vec3 inside = tint(body * shade, 0.15 + 0.03 * u, 0.46 + 0.2 * u + 0.22 * f.veil + 0.05 * wave);
  inside += 0.22 * gloss(f.slope, 0.8, 30.0) * u * tint(0.8, 0.06, 0.3);
  return mix(outside, inside, f.inside);
}
