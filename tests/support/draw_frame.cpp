// Draws one frame of given parameters into a PNG file, for tests in other languages that compare it with theirs.
//
//   draw_frame OUT.png LOOK WIDTH HEIGHT SEED LIFE C_RE C_IM HUE SATURATION BRIGHTNESS ZOOM ROTATION
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <string>
#include <vector>

#include "host/picture/png.h"
#include "host/picture/render.h"

int main(int count, char** words) {
  using namespace fractalsync;
  if (count != 14) {
    std::fprintf(stderr, "draw_frame: it takes 13 arguments\n");
    return 2;
  }
  std::vector<float> number;
  for (int i = 3; i < count; ++i) number.push_back(std::stof(words[i]));
  const auto* const look = std::find(std::begin(kLookNames), std::end(kLookNames), std::string(words[2]));
  const DisplaySpec spec{.width = static_cast<int>(number[0]),
                         .height = static_cast<int>(number[1]),
                         .look = static_cast<Look>(look - std::begin(kLookNames)),
                         .seed = number[2]};
  write_png(words[1], render_still(*make_cpu_backend(1), spec,
                                   {.c_re = number[4],
                                    .c_im = number[5],
                                    .log_zoom = std::log(number[9]),
                                    .phi = number[10],
                                    .hue = number[6],
                                    .saturation = number[7],
                                    .brightness = number[8],
                                    .life = number[3]}));
}
