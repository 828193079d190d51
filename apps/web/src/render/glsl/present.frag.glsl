#version 300 es
// Last pass: bloom, vignette and grain, and linear light to sRGB.
precision highp float;
precision highp int;
precision highp sampler2D;
#define FORMULA
uniform sampler2D u_picture;
uniform vec3 u_finish;    // bloom, vignette, grain
uniform vec2 u_size;      // of the canvas in pixels
uniform float u_bloom_lod;
in vec2 v_uv;
out vec4 o_colour;

vec3 light(vec2 at, float lod) {
  vec3 s = textureLod(u_picture, at, lod).rgb;
  return s * s;
}

// Cubic B-spline from four bilinear samples: mip levels without their squares.
vec3 smooth_light(vec2 at, float lod) {
  vec2 size = vec2(textureSize(u_picture, int(lod)));
  vec2 q = at * size - 0.5;
  vec2 f = fract(q);
  vec2 whole = q - f;
  vec2 f2 = f * f, f3 = f2 * f;
  vec2 w0 = (1.0 - f) * (1.0 - f) * (1.0 - f) / 6.0;
  vec2 w1 = (4.0 - 6.0 * f2 + 3.0 * f3) / 6.0;
  vec2 w3 = f3 / 6.0;
  vec2 w2 = 1.0 - w0 - w1 - w3;
  vec2 s0 = w0 + w1, s1 = w2 + w3;
  vec2 p0 = (whole - 0.5 + w1 / s0) / size;
  vec2 p1 = (whole + 1.5 + w3 / s1) / size;
  return s0.y * (s0.x * light(p0, lod) + s1.x * light(vec2(p1.x, p0.y), lod)) +
         s1.y * (s0.x * light(vec2(p0.x, p1.y), lod) + s1.x * light(p1, lod));
}

// finish.glsl

// Two numbers about 0, added; kernels/math/finish.h has the same.
float grain(uvec2 at) {
  uint h = at.x * 0x9e3779b9u + at.y * 0x85ebca6bu;
  h ^= h >> 16u;
  h *= 0x7feb352du;
  h ^= h >> 15u;
  h *= 0x846ca68bu;
  h ^= h >> 16u;
  return float(h & 0xffffu) / 65536.0 + float(h >> 16u) / 65536.0 - 1.0;
}

void main() {
  vec3 wide = vec3(0.0);
  if (u_finish.x > 0.0) {
    wide = (smooth_light(v_uv, u_bloom_lod - 2.0) + smooth_light(v_uv, u_bloom_lod - 1.0) + smooth_light(v_uv, u_bloom_lod)) / 3.0;
  }
  vec2 off = (v_uv - 0.5) * vec2(u_size.x / u_size.y, 1.0) / max(1.0, 0.6 * u_size.x / u_size.y);
  vec3 lit = finish(light(v_uv, 0.0), wide, u_finish.x, u_finish.y, off);
  vec3 srgb = vec3(to_srgb(lit.x), to_srgb(lit.y), to_srgb(lit.z));
  o_colour = vec4(srgb + u_finish.z * grain(uvec2(gl_FragCoord.xy)), 1.0);
}
