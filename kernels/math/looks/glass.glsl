// Rose window: jewel-coloured panes in lead. Outside, rings of equal potential cut by external rays; inside, a pane is
// where the orbit comes nearest to 0 at the same step.

// A number of a pane's own, in [0, 1), from two small whole ones; of few enough digits to be the same everywhere.
FORMULA float pane(float a, float b) {
  float q = fract(0.1031 * a + 0.2719 * b);
  q = fract(q * (q + 33.33));
  return fract(37.0 * q * (q + 1.37));
}

FORMULA vec3 look(Field f, vec2 at) {
  float sun = 0.5 + 0.5 * drift(0.8 * at + vec2(0.3, 0.1));
  float lead_px = 2.4 * u_grain;
  vec3 lead = tint(0.11, 0.02, 0.0);

  // Outside. A ring doubles the number of its panes inwards; two to a turn keep them about square.
  float ring = floor(f.nu);
  float along = 2.0 * fract(f.ray);
  float ring_px = f.d * 0.6931;
  float pane_px = f.d / max(f.lnz, 1e-3) * 3.1416;
  float came = max(contours(f.nu, ring_px, lead_px), contours(along, pane_px, lead_px));
  float sparkle = (pane(ring, floor(along)) - 0.5) * smoothstep(3.0 * lead_px, 8.0 * lead_px, ring_px);
  float close = smoothstep(0.15, 0.75, f.t);
  float rise = fract(f.nu);
  float lum = 0.36 + 0.34 * close + 0.16 * (sun - 0.5) + 0.10 * sparkle + 0.06 * (rise - 0.5);
  vec3 outside = tint(lum, 0.20, 0.06 - 0.5 * (f.t - 0.4) + 0.2 * sparkle);
  outside = mix(outside, lead, came);
  outside = mix(outside, tint(0.95, 0.07, 0.12), 0.85 * edge(f, 1.6 * u_grain));

  // Inside.
  float u = clamp(f.near / 0.8, 0.0, 1.0);
  float q = mix(fract(0.618034 * f.cell), 0.5, f.late);
  float seam = line(f.seam, lead_px) * smoothstep(0.0, 0.12, f.near2) * (1.0 - f.late);
  float rays = f.strength * cos(3.0 * f.spin);
  float steps = f.strength * cos(6.2832 * f.depth);
  float body = 0.30 + 0.38 * pow(u, 0.8) + 0.22 * f.veil * f.veil + 0.05 * rays + 0.04 * steps + 0.04 * (1.0 - f.strength) * f.star + 0.14 * (sun - 0.5);
  vec3 inner = tint(body * mix(1.0, relief(f.slope, 0.7), 0.25), 0.21, 0.5 + 0.42 * (q - 0.5) + 0.2 * u + 0.3 * f.late * f.veil);
  inner = mix(inner, lead, seam);
  return mix(outside, inner, f.inside);
}
