#version 300 es
// The flash limiter's view: mean relative luminance (red channel) and saturated red (green channel) of each tile.
// Saturated red is that of WCAG 2.2: (R - G - B) where R / (R + G + B) >= 0.8, R, G, B linear.
precision highp float;
precision highp sampler2D;
uniform sampler2D u_picture;
uniform vec2 u_tiles;
uniform float u_lod;
in vec2 v_uv;
out vec4 o_tile;

void main() {
  vec2 corner = floor(gl_FragCoord.xy) / u_tiles;
  float luminance = 0.0, red = 0.0;
  for (int j = 0; j < 8; ++j) {
    for (int i = 0; i < 8; ++i) {
      vec2 at = corner + (vec2(i, j) + 0.5) / (8.0 * u_tiles);
      vec3 light = textureLod(u_picture, at, u_lod).rgb;
      light *= light;
      float sum = light.r + light.g + light.b;
      luminance += dot(light, vec3(0.2126, 0.7152, 0.0722));
      red += light.r >= 0.8 * sum ? max(0.0, light.r - light.g - light.b) : 0.0;
    }
  }
  o_tile = vec4(luminance / 64.0, red / 64.0, 0.0, 1.0);
}
