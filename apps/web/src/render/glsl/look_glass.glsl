// Rose window: jewel-coloured panes in lead. Outside, rings of equal potential cut by external rays; inside, a pane is
// where the orbit comes nearest to 0 at the same step.

float pane(float a, float b) { return fract(sin(a * 12.9898 + b * 78.233) * 43758.5453); }

vec3 look(Field f, vec2 at) {
  float sun = 0.5 + 0.5 * drift(0.8 * at + vec2(0.3, 0.1));
  float lead_px = 2.6 * u_grain;

  // Outside.
  float ring = floor(f.nu);
  float part = f.nu - ring;
  float ring_px = min(part, 1.0 - part) * f.d * 0.6931;
  float sides = 8.0;
  float along = f.ray * sides;
  float spoke_px = abs(fract(along) - 0.5 - 0.5 * sign(fract(along) - 0.5)) * f.d / max(f.lnz, 1e-3) * 6.2832 / sides;
  float size_px = f.d * 0.6931;
  float lead = max(line(ring_px, lead_px), line(spoke_px, lead_px));
  float fine = smoothstep(2.0 * lead_px, 6.0 * lead_px, size_px);
  float r = pane(ring, floor(along));
  float nearness = smoothstep(0.15, 0.7, f.t);
  float bevel = relief(f.normal, 0.5) ;
  float lum = (0.30 + 0.34 * nearness + 0.10 * (r - 0.5)) * (0.82 + 0.3 * sun) * mix(1.0, bevel, 0.25);
  vec3 glass = tint(lum, 0.19, 0.55 * (f.t - 0.4) + 0.16 * (r - 0.5));
  vec3 outside = mix(glass, tint(0.10, 0.02, 0.0), lead * fine);
  float edge = 1.0 / (1.0 + f.d * f.d / (2.0 * u_grain * u_grain)) * step(1e-6, f.d);
  outside = mix(outside, tint(0.95, 0.06, 0.15), edge * 0.8);

  // Inside.
  float u = clamp(f.near / 0.8, 0.0, 1.0);
  float q = fract(0.618034 * f.cell);
  float seam = line(f.seam, lead_px) * smoothstep(0.0, 0.12, f.near2);
  float rays = f.strength * cos(3.0 * f.spin);
  float steps = f.strength * cos(6.2832 * f.depth);
  float body = (0.26 + 0.42 * u + 0.05 * rays + 0.04 * steps) * (0.85 + 0.25 * sun) * mix(1.0, relief(f.slope, 0.7), 0.3);
  vec3 inner = tint(body, 0.20, 0.5 + 0.34 * (q - 0.5) + 0.2 * u);
  inner = mix(inner, tint(0.10, 0.02, 0.0), seam);
  return mix(outside, inner, f.inside);
}
