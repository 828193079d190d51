// The palette: how hue, saturation and brightness become light. Every look takes its colours from tint(); a renderer in
// another language mirrors this file and nothing else.
//
//   hue h in [0,1]         angle a = 2 pi (0.07 + 0.80 h + offset); 0.8 of the wheel, so that 0 and 1 stay distinct
//   saturation s in [0,1]  chroma factor 0.12 + 1.36 s - 0.36 s^2 (half is already colourful, none is nearly grey)
//   brightness b in [0,1]  lightness L -> L^(2^(0.9 (1/2 - b))) min(1, 0.84 + 0.32 b): one half changes nothing, white paper
//                          stays white when bright and greys when dark
//
//   tint(L, C, offset) = OKLCH(brightened L, C * chroma factor, a) as linear-light sRGB
//
// OKLab is that of B. Ottosson, "A perceptual color space for image processing" (2020): equal L is equal lightness in
// every hue, so a change of hue is no flash. A colour outside the sRGB gamut is moved towards the grey of its own
// lightness until it fits: rgb = g + q (rgb' - g) with g = L^3 and the largest q <= 1 that keeps every channel in [0,1].

FORMULA vec3 oklab_to_linear(vec3 lab) {
  float l = lab.x + 0.3963377774 * lab.y + 0.2158037573 * lab.z;
  float m = lab.x - 0.1055613458 * lab.y - 0.0638541728 * lab.z;
  float s = lab.x - 0.0894841775 * lab.y - 1.2914855480 * lab.z;
  l = l * l * l;
  m = m * m * m;
  s = s * s * s;
  return vec3(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
              -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
              -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
}

FORMULA vec3 into_gamut(vec3 rgb, float grey) {
  vec3 away = rgb - grey;
  vec3 room = mix(vec3(grey), vec3(1.0 - grey), step(0.0, away)) / max(abs(away), vec3(1e-6));
  return grey + away * min(1.0, min(room.x, min(room.y, room.z)));
}

FORMULA vec3 tint(float lightness, float chroma, float offset) {
  float L = pow(clamp(lightness, 0.0, 1.0), exp2(0.9 * (0.5 - u_colour.z))) * min(1.0, 0.84 + 0.32 * u_colour.z);
  float C = chroma * (0.12 + u_colour.y * (1.36 - 0.36 * u_colour.y));
  float a = 6.28318531 * (0.07 + 0.80 * u_colour.x + offset);
  return into_gamut(oklab_to_linear(vec3(L, C * cos(a), C * sin(a))), L * L * L);
}
