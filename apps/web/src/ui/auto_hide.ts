// The controls fade while nobody touches anything. Works on an attribute of the shell, past React.
import type { App } from '../app/app';

const IDLE_MS = 3500;

/** Until the returned function is called. */
export function hideWhenIdle(shell: HTMLElement, app: App): () => void {
  let timer = 0;
  /** Somebody who walks the controls with Tab keeps them, until the pointer takes over. */
  let walking = false;
  const sleep = () => {
    const inUse = shell.querySelector('.dock:hover') || (walking && shell.contains(document.activeElement));
    if (inUse) timer = window.setTimeout(sleep, IDLE_MS);
    else shell.dataset.idle = '';
  };
  const wake = (event?: Event) => {
    if (event instanceof KeyboardEvent && event.key === 'Tab') walking = true;
    if (event instanceof PointerEvent) walking = false;
    delete shell.dataset.idle;
    clearTimeout(timer);
    timer = window.setTimeout(sleep, IDLE_MS);
  };
  const events = ['pointermove', 'pointerdown', 'keydown', 'focusin'] as const;
  for (const event of events) window.addEventListener(event, wake, { passive: true });
  app.onWake = wake;
  wake();
  return () => {
    for (const event of events) window.removeEventListener(event, wake);
    clearTimeout(timer);
    app.onWake = null;
  };
}
