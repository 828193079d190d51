// Night ink: luminous threads on near black. Contours of the potential outside, traps and Koenigs' circles inside.

FORMULA vec3 look(Field f, vec2 at) {
  float hair = 1.15 * u_grain;
  float wind = drift(1.1 * at);
  // Outside: contours that sway, every fourth one strong, and external rays close to the set.
  float close = smoothstep(0.12, 0.62, f.t);
  float sway = f.nu + 0.3 * wind;
  float step_px = f.d * 0.6931;
  float strong = contours(sway, step_px, hair * (0.8 + 0.9 * close));
  float weak = contours(4.0 * sway, step_px / 4.0, 0.8 * hair) * (1.0 - strong);
  float rays = contours(f.ray * 2.0, f.d / max(f.lnz, 1e-3) * 3.1416, 0.8 * hair) * smoothstep(0.25, 0.45, f.t);
  float halo = step(1e-6, f.d) / (1.0 + f.d / (6.0 * u_grain));
  vec3 outside = tint(0.105 + 0.05 * close + 0.035 * wind, 0.05, 0.5 + 0.08 * wind);
  outside += (0.07 + 0.36 * close) * strong * tint(0.75, 0.13, 0.3 * (f.t - 0.5));
  outside += (0.03 + 0.07 * close) * weak * tint(0.7, 0.13, 0.2 * wind + 0.1);
  outside += 0.10 * rays * tint(0.7, 0.12, 0.12);
  outside += close * (0.12 * halo * tint(0.7, 0.16, 0.05) + 0.8 * edge(f, 1.1 * u_grain) * tint(0.92, 0.08, 0.03));

  // Inside: silk.
  float u = clamp(f.near / 0.7, 0.0, 1.0);
  float silk = 0.35 / (1.0 + f.thread_px / (5.0 * u_grain)) + line(f.thread_px, 1.3 * hair);
  float ring = f.strength * pow(0.5 + 0.5 * cos(6.2832 * f.depth), 6.0);
  float spoke = f.strength * pow(0.5 + 0.5 * cos(4.0 * f.spin + 1.5 * f.depth), 8.0);
  float folds = contours(12.0 * f.veil, 1.0 / max(12.0 * fwidth(f.veil), 1e-5), hair) * (1.0 - 0.8 * smoothstep(0.0, 0.4, u));
  vec3 inside = tint(0.13 + 0.10 * u + 0.10 * f.veil, 0.085, 0.5 + 0.2 * u);
  inside += silk * (0.10 + 0.42 * u) * tint(0.78, 0.14, 0.42 + 0.25 * u);
  inside += (0.20 * ring + 0.15 * spoke) * tint(0.72, 0.14, 0.62);
  inside += 0.35 * folds * tint(0.74, 0.13, 0.55);
  return mix(outside, inside, f.inside);
}
