// The last pass: what light becomes on the screen. In a C++ renderer as in the browser's, colours are linear light until
// here.

FORMULA vec3 finish(vec3 colour, vec3 wide, float bloom, float vignette, vec2 off) {
  // `wide` is the light around a pixel, `off` the pixel's place from the middle of the picture.
  vec3 lit = mix(colour, max(colour, wide) + 0.35 * wide, bloom);
  return lit * (1.0 - vignette * smoothstep(0.3, 1.0, 1.2 * sqrt(dot(off, off))));
}

FORMULA float to_srgb(float light) {
  return mix(12.92 * light, 1.055 * pow(max(light, 1e-6), 1.0 / 2.4) - 0.055, step(0.0031308, light));
}
