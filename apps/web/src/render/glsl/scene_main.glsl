// Stored as square roots: even steps to the eye, and no bands in the dark.
vec4 stored(vec3 light) { return vec4(sqrt(clamp(light, 0.0, 1.0)), 1.0); }

void main() {
  vec2 p = v_at * u_half;
  Field f = orbit(p);
  vec2 at = p / min(u_half.x, u_half.y);
  o_upper = stored(look(f, at));
  o_lower = stored(look(opposite(f), -at));
}
