#version 300 es
// Last pass: bloom, vignette and grain, and linear light to sRGB.
precision highp float;
precision highp sampler2D;
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

void main() {
  vec3 colour = light(v_uv, 0.0);
  if (u_finish.x > 0.0) {
    vec3 wide = smooth_light(v_uv, u_bloom_lod - 2.0) + smooth_light(v_uv, u_bloom_lod - 1.0) + smooth_light(v_uv, u_bloom_lod);
    colour = mix(colour, max(colour, wide / 3.0) + 0.35 * wide / 3.0, u_finish.x);
  }
  vec2 off = (v_uv - 0.5) * vec2(u_size.x / u_size.y, 1.0) / max(1.0, 0.6 * u_size.x / u_size.y);
  colour *= 1.0 - u_finish.y * smoothstep(0.3, 1.0, 1.2 * length(off));
  vec3 srgb = mix(12.92 * colour, 1.055 * pow(max(colour, 1e-6), vec3(1.0 / 2.4)) - 0.055, step(0.0031308, colour));
  float grain = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715)))) +
                fract(sin(dot(gl_FragCoord.xy, vec2(12.9898, 78.233))) * 43758.5453) - 1.0;
  o_colour = vec4(srgb + u_finish.z * grain, 1.0);
}
