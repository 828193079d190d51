// What several looks share.

// A smooth field with values about 0, of waves that bend each other; slow phases make it drift. Symmetric in no way.
FORMULA float drift(vec2 p) {
  vec2 q = p + 0.55 * sin(1.3 * vec2(p.y, p.x) + vec2(u_life.x, u_life.y)) + 0.27 * sin(2.9 * vec2(p.y, p.x) + 1.7 * vec2(u_life.w, u_life.z));
  return 0.5 * sin(1.1 * q.x + 0.7 * q.y + u_life.z) + 0.3 * sin(2.3 * q.y - 1.1 * q.x - u_life.x) +
         0.2 * sin(4.1 * q.x + 1.9 * q.y + u_life.w);
}

// The share of a pixel that a line covers, `px` away from its middle and `width` pixels wide.
FORMULA float line(float px, float width) { return clamp(0.5 * width + 0.5 - abs(px), 0.0, 1.0) * min(width, 1.0); }

// Contours of `value`, one per unit, `step_px` pixels apart; they fade where they would crowd.
FORMULA float contours(float value, float step_px, float width) {
  float px = (fract(value + 0.5) - 0.5) * step_px;
  return line(px, width) * smoothstep(2.5 * width, 8.0 * width, step_px);
}

// Light from the upper left on a surface that rises along `rise` with the given steepness: 1 where it is level.
FORMULA float relief(vec2 rise, float steep) {
  vec3 n = normalize(vec3(-steep * rise, 1.0));
  return dot(n, vec3(-0.4082, 0.5774, 0.7071)) / 0.7071;
}

// Its mirror highlight.
FORMULA float gloss(vec2 rise, float steep, float power) {
  vec3 n = normalize(vec3(-steep * rise, 1.0));
  return pow(max(dot(n, vec3(-0.2209, 0.3125, 0.9239)), 0.0), power);
}

// The fine edge of the set, `width` pixels wide: 1 on it, falling with the distance outside.
FORMULA float edge(Field f, float width) {
  float r = f.d / width;
  return step(1e-6, f.d) / (1.0 + r * r);
}

// Petals inside: waves along Koenigs' coordinate, two to a turn of the spiral; a rosette where there is none.
FORMULA float petals(Field f) { return mix(1.5 * f.star, cos(2.0 * f.spin + 2.2 * f.depth) * smoothstep(-3.0, -1.5, f.depth), f.strength); }
