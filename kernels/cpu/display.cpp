// The picture for people: four rows, and those opposite to them, are a task.
#include "math/display.h"

#include "cpu/cpu_backend.h"
#include "stages/display_checks.h"

namespace fractalsync::cpu {

void CpuBackend::display(const DisplaySpec& spec, const DisplayFrame& frame, View<std::uint8_t> picture) {
  check_display(spec, frame, picture);
  if (spec.look != Look::classic) return draw_look(spec, frame, picture);
  const math::DisplayView view = math::display_view(spec, frame);
  const math::DisplayTrap trap = math::display_trap(view);
  const math::Colors<float> look{frame.hue, frame.saturation, frame.brightness};
  const int rows = (spec.height + 1) / 2;
  pool_.run((rows + kDisplayRows - 1) / kDisplayRows, [&](std::int64_t task, int) {
    kernels_.display->draw_rows(view, trap, look, static_cast<int>(task) * kDisplayRows, picture.data());
  });
}

}  // namespace fractalsync::cpu
