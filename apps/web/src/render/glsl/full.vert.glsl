#version 300 es
// One triangle over the whole target. v_at is [-1,1] x [0,1] for the scene, v_uv is [0,1]^2 for the other passes.
out vec2 v_at;
out vec2 v_uv;

void main() {
  v_uv = vec2(float((gl_VertexID << 1) & 2), float(gl_VertexID & 2));
  v_at = vec2(2.0 * v_uv.x - 1.0, v_uv.y);
  gl_Position = vec4(2.0 * v_uv - 1.0, 0.0, 1.0);
}
