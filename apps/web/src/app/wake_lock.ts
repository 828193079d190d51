// Keeps the screen from going dark while there is something to see, where the browser can.

/** `wanted` is asked again whenever `state` changes or the page comes back into view. */
export function keepScreenOn(wanted: () => boolean, state: { subscribe(listener: () => void): unknown }): void {
  if (!('wakeLock' in navigator)) return;
  let lock: WakeLockSentinel | null = null;
  let asking = false;

  const update = async () => {
    if (asking) return;
    asking = true;
    try {
      const hold = wanted() && document.visibilityState === 'visible';
      if (hold && !lock) {
        lock = await navigator.wakeLock.request('screen');
        lock.addEventListener('release', () => (lock = null));
      } else if (!hold && lock) {
        await lock.release();
      }
    } catch {
      // Refused, on a low battery for instance: the screen then follows the system's setting.
    } finally {
      asking = false;
    }
  };
  state.subscribe(() => void update());
  document.addEventListener('visibilitychange', () => void update());
}
