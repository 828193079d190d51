// Fingers on the picture: a swipe to the side changes the look, two taps mean full screen. (A single tap shows the
// controls, as any movement does.)
import type { App } from '../app/app';

const SWIPE_PX = 60;
const TAP_PX = 12;
const DOUBLE_TAP_MS = 320;

/** Until the returned function is called. */
export function listenForTouch(app: App): () => void {
  const canvas = app.visualizer.canvas;
  let start: { x: number; y: number; id: number } | null = null;
  let lastTap = 0;

  const onDown = (event: PointerEvent) => {
    if (event.pointerType === 'touch') start = { x: event.clientX, y: event.clientY, id: event.pointerId };
  };
  const onUp = (event: PointerEvent) => {
    if (!start || start.id !== event.pointerId) return;
    const dx = event.clientX - start.x;
    const dy = event.clientY - start.y;
    start = null;
    if (Math.abs(dx) > SWIPE_PX && Math.abs(dx) > 2 * Math.abs(dy)) return app.changeLook(dx < 0 ? 1 : -1);
    if (Math.hypot(dx, dy) > TAP_PX) return;
    if (event.timeStamp - lastTap < DOUBLE_TAP_MS) void app.run(() => app.toggleFullScreen());
    lastTap = event.timeStamp;
  };
  const onDoubleClick = () => void app.run(() => app.toggleFullScreen());
  const isMouse = (event: MouseEvent) => (event as PointerEvent).pointerType !== 'touch';
  const onClickTwice = (event: MouseEvent) => isMouse(event) && onDoubleClick();
  canvas.addEventListener('pointerdown', onDown);
  canvas.addEventListener('pointerup', onUp);
  canvas.addEventListener('dblclick', onClickTwice);
  return () => {
    canvas.removeEventListener('pointerdown', onDown);
    canvas.removeEventListener('pointerup', onUp);
    canvas.removeEventListener('dblclick', onClickTwice);
  };
}
