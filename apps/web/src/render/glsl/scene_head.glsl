#version 300 es
// First pass: the Julia set in the chosen look, for the upper half of the picture and, by z -> -z, its opposite half.
precision highp float;
precision highp int;
// The looks are also compiled as C++, where this says something.
#define FORMULA

uniform vec2 u_half;      // half extent of the view in the z plane: x, y
uniform float u_pixel;    // side of an internal pixel in the z plane
uniform float u_grain;    // width of a fine line in internal pixels
uniform vec2 u_c;
uniform vec2 u_turn;      // e^{i rotation}
uniform vec2 u_alpha;     // attracting fixed point
uniform vec4 u_koenigs;   // strength, squared radius of convergence, ln(1/|l|), arg l
uniform vec3 u_colour;    // hue, saturation, brightness
uniform vec4 u_life;      // slow phases of the backgrounds, radians

in vec2 v_at;             // [-1,1] x [0,1]
layout(location = 0) out vec4 o_upper;
layout(location = 1) out vec4 o_lower;
