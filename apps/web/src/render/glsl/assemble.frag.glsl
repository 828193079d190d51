#version 300 es
// Second pass: the two halves of the scene, the lower one stored turned by half a turn, as one picture.
precision highp float;
precision highp sampler2D;
uniform sampler2D u_upper;
uniform sampler2D u_lower;
out vec4 o_colour;

void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  ivec2 size = textureSize(u_upper, 0);
  o_colour = at.y >= size.y ? texelFetch(u_upper, ivec2(at.x, at.y - size.y), 0)
                            : texelFetch(u_lower, ivec2(size.x - 1 - at.x, size.y - 1 - at.y), 0);
}
