#version 300 es
// A step of length u_step from the picture that is shown towards the new one, in linear light. The dither lets a small
// step arrive in spite of the ten stored bits.
precision highp float;
precision highp sampler2D;
uniform sampler2D u_shown;
uniform sampler2D u_picture;
uniform float u_step;
in vec2 v_uv;
out vec4 o_colour;

void main() {
  vec3 a = textureLod(u_shown, v_uv, 0.0).rgb;
  vec3 b = textureLod(u_picture, v_uv, 0.0).rgb;
  float dither = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715)))) - 0.5;
  o_colour = vec4(sqrt(mix(a * a, b * b, u_step)) + dither / 1023.0, 1.0);
}
