// Paper cut: sheets of tinted paper, one per step of the escape time, each casting a soft shadow on the one below.

float fibre(vec2 at) {
  vec2 q = at * 90.0;
  return 0.5 * sin(q.x + 2.0 * sin(0.37 * q.y)) * sin(0.9 * q.y + 1.7 * sin(0.41 * q.x)) +
         0.5 * sin(2.3 * q.x - 1.1 * q.y) * sin(0.31 * q.x + 1.9 * q.y);
}

vec3 look(Field f, vec2 at) {
  float f1 = fibre(at);
  // Sheets: one per 1 step far out, one per 2 further in.
  float level = f.nu * 0.75;
  float sheet = floor(level);
  float part = level - sheet;
  float px = f.d * 0.6931 / 0.75;                    // width of a sheet in pixels
  float below = part * px;                           // to the edge of this sheet (far from the set)
  float above = (1.0 - part) * px;                   // to the edge of the sheet on top
  float toward = dot(f.normal, vec2(-0.5774, 0.8165));
  float fine = smoothstep(3.0, 14.0, px / u_grain);
  float shadow = exp(-above / (10.0 * u_grain)) * (0.55 - 0.45 * toward) * fine;
  float edge = line(below - 0.8 * u_grain, 1.2 * u_grain) * (0.5 + 0.5 * toward) * fine;
  float s = (fine > 0.0 ? mix(level, sheet, fine) : level) / 16.0;
  float x = clamp(s, 0.0, 1.0);
  float lightness = 0.93 - 0.50 * pow(x, 0.8) + 0.006 * f1;
  vec3 outside = tint(lightness, 0.025 + 0.12 * x, 0.18 * (x - 0.5));
  outside *= 1.0 - 0.5 * shadow;
  outside += 0.12 * edge;

  float u = clamp(f.near / 0.6, 0.0, 1.0);
  float g = 7.0 * u + 0.35 * petals(f);
  float layer = floor(g);
  float y = (layer + smoothstep(0.86, 1.0, g - layer)) / 7.0;
  float shade = 1.0 - 0.35 * exp(-(g - layer) / 0.16) * (0.5 + 0.5 * dot(f.slope, vec2(0.5774, -0.8165))) * step(0.5, layer);
  vec3 inner = tint(0.40 + 0.5 * y + 0.006 * f1, 0.13 - 0.06 * y, 0.5 + 0.14 * y) * shade;
  return mix(outside, inner, f.inside);
}
