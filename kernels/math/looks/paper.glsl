// Paper cut: sheets of tinted paper, each casting a soft shadow on the one below. Outside one per step of the escape
// time; inside by the slow sum of the orbit, hollowed out step by step.

FORMULA float fibre(vec2 at) {
  vec2 q = at * 90.0;
  return 0.5 * sin(q.x + 2.0 * sin(0.37 * q.y)) * sin(0.9 * q.y + 1.7 * sin(0.41 * q.x)) +
         0.5 * sin(2.3 * q.x - 1.1 * q.y) * sin(0.31 * q.x + 1.9 * q.y);
}

FORMULA vec3 look(Field f, vec2 at) {
  float grain = 0.006 * fibre(at);
  float level = 0.9 * f.nu;
  float sheet = floor(level);
  float width = f.d * 0.6931 / 0.9;                  // of a sheet in pixels
  float below = (level - sheet) * width;             // to its own edge, away from the set
  float above = width - below;                       // to the edge of the sheet on top
  float toward = dot(f.normal, vec2(-0.5774, 0.8165));
  float fine = smoothstep(3.0, 14.0, width / u_grain);
  float shadow = exp(-above / (9.0 * u_grain)) * (0.55 - 0.45 * toward) * fine;
  float cut = line(below - 0.8 * u_grain, 1.2 * u_grain) * (0.5 + 0.5 * toward) * fine;
  float x = clamp(mix(level, sheet, fine) / 17.0, 0.0, 1.0);
  vec3 outside = tint(0.965 - 0.46 * pow(x, 0.8) + grain, 0.03 + 0.16 * x, 0.08 - 0.3 * (x - 0.3) + 0.03 * drift(at));
  outside = outside * (1.0 - 0.5 * shadow) + 0.10 * cut;

  float u = clamp(f.near / 0.7, 0.0, 1.0);
  float hollow = 8.0 * sqrt(f.veil + 0.01) + 1.2 * u + 0.2 * petals(f);
  float depth_px = 1.0 / max(fwidth(hollow), 1e-3);
  float floor_at = floor(hollow);
  float clear = smoothstep(3.0, 12.0, depth_px / u_grain);
  float part = hollow - floor_at;
  float shade = exp(-(1.0 - part) * depth_px / (7.0 * u_grain)) * clear;
  float bright = line(part * depth_px - 0.8 * u_grain, 1.2 * u_grain) * clear * step(0.5, floor_at);
  float y = clamp(mix(hollow, floor_at, clear) / 9.0, 0.0, 1.0);
  vec3 inner = tint(0.40 + 0.50 * y + grain, 0.15 - 0.07 * y, 0.44 + 0.24 * y);
  inner = inner * (1.0 - 0.42 * shade) + 0.07 * bright;
  return mix(outside, inner, f.inside);
}
