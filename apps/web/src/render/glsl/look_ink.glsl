// Night ink: luminous threads on near black. Contours of the potential outside, traps and Koenigs' circles inside.

// Contours of `value`, one per unit, `step_px` pixels apart; they fade where they would crowd.
float contours(float value, float step_px, float width) {
  float px = (fract(value + 0.5) - 0.5) * step_px;
  return line(px, width) * smoothstep(2.5 * width, 8.0 * width, step_px);
}

vec3 look(Field f, vec2 at) {
  float hair = 1.15 * u_grain;
  float wind = drift(1.1 * at);
  // Outside.
  float near = smoothstep(0.12, 0.62, f.t);
  float step_px = f.d * 0.6931;
  float rings = contours(f.nu + 0.35 * wind, step_px, hair * (0.7 + 0.9 * near));
  float rays = contours(f.ray * 16.0, f.d / max(f.lnz, 1e-3) * 6.2832 / 16.0, hair * 0.8) * smoothstep(0.3, 0.5, f.t);
  float halo = 1.0 / (1.0 + f.d / (7.0 * u_grain)) * step(1e-6, f.d);
  float edge = 1.0 / (1.0 + f.d * f.d / (1.3 * u_grain * u_grain)) * step(1e-6, f.d);
  vec3 outside = tint(0.10 + 0.05 * near + 0.025 * wind, 0.045, 0.52);
  outside += rings * (0.06 + 0.34 * near) * tint(0.75, 0.13, 0.3 * (f.t - 0.5));
  outside += rays * 0.10 * tint(0.7, 0.12, 0.12);
  outside += halo * near * 0.16 * tint(0.7, 0.16, 0.05) + edge * near * 0.9 * tint(0.92, 0.08, 0.03);

  // Inside: silk.
  float u = clamp(f.near / 0.7, 0.0, 1.0);
  float silk = 1.0 / (1.0 + f.thread_px / (5.0 * u_grain)) * 0.35 + line(f.thread_px, 1.3 * hair);
  float ring = f.strength * pow(0.5 + 0.5 * cos(6.2832 * f.depth), 6.0);
  float spoke = f.strength * pow(0.5 + 0.5 * cos(4.0 * f.spin + 1.5 * f.depth), 8.0);
  vec3 inside = tint(0.13 + 0.12 * u, 0.07, 0.5 + 0.2 * u);
  inside += silk * (0.12 + 0.4 * u) * tint(0.78, 0.13, 0.42 + 0.25 * u);
  inside += (0.22 * ring + 0.16 * spoke) * tint(0.72, 0.13, 0.62);
  return mix(outside, inside, f.inside);
}
