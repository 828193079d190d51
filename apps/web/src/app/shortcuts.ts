// Keyboard shortcuts: one table, read by the key handler and by the overlay that lists them.
import type { App } from './app';

export interface Shortcut {
  /** `KeyboardEvent.key`, letters in lower case; several keys may do the same. */
  keys: readonly string[];
  shift?: boolean;
  /** As printed; the keys themselves by default. */
  label?: string;
  does: string;
  group: 'Sound' | 'Picture' | 'Window';
  run(app: App): unknown;
}

export const shortcuts: readonly Shortcut[] = [
  { keys: [' '], label: 'Space', does: 'Pause or go on', group: 'Sound', run: (app) => app.togglePause() },
  { keys: ['m'], does: 'Microphone', group: 'Sound', run: (app) => app.sources.useMicrophone() },
  { keys: ['o'], does: 'Open audio files', group: 'Sound', run: (app) => app.chooseFiles() },
  { keys: ['t'], does: 'Sound of a tab or of the system', group: 'Sound', run: (app) => app.sources.useTab() },
  { keys: ['n'], does: 'Next track', group: 'Sound', run: (app) => app.sources.next() },
  { keys: ['p'], does: 'Previous track', group: 'Sound', run: (app) => app.sources.previous() },
  { keys: ['ArrowLeft'], label: '←', does: 'Five seconds back', group: 'Sound', run: (app) => app.sources.seekBy(-5) },
  { keys: ['ArrowRight'], label: '→', does: 'Five seconds on', group: 'Sound', run: (app) => app.sources.seekBy(5) },
  { keys: ['ArrowUp'], label: '↑', does: 'More sensitive', group: 'Sound', run: (app) => app.changeSensitivity(1) },
  { keys: ['ArrowDown'], label: '↓', does: 'Less sensitive', group: 'Sound', run: (app) => app.changeSensitivity(-1) },
  { keys: ['l'], does: 'Next look', group: 'Picture', run: (app) => app.changeLook(1) },
  { keys: ['l'], shift: true, label: 'Shift L', does: 'Previous look', group: 'Picture', run: (app) => app.changeLook(-1) },
  { keys: ['k'], does: 'Keep this look', group: 'Picture', run: (app) => app.toggle('lockLook') },
  { keys: ['s'], does: 'Save the picture', group: 'Picture', run: (app) => app.savePicture() },
  { keys: ['r'], does: 'Record a video, or stop recording', group: 'Picture', run: (app) => app.toggleRecording() },
  { keys: ['f'], does: 'Full screen', group: 'Window', run: (app) => app.toggleFullScreen() },
  { keys: ['h'], does: 'Hide or show the controls', group: 'Window', run: (app) => app.toggleControls() },
  { keys: ['v'], does: 'Meters of the six features', group: 'Window', run: (app) => app.toggle('showMeters') },
  { keys: ['i'], does: 'Frame rate and latency', group: 'Window', run: (app) => app.toggle('showInfo') },
  { keys: [','], does: 'Settings', group: 'Window', run: (app) => app.togglePanel('display') },
  { keys: ['c'], does: 'Copy a link to these settings', group: 'Window', run: (app) => app.copyLink() },
  { keys: ['?'], does: 'This list', group: 'Window', run: (app) => app.toggleHelp() },
  { keys: ['Escape'], label: 'Esc', does: 'Close what is open', group: 'Window', run: (app) => app.closeAll() },
];

/** The shortcut that `event` means; null while somebody types or works a control that needs the key itself. */
export function shortcutOf(event: KeyboardEvent): Shortcut | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (takesKey(event.target, key)) return null;
  // "?" needs Shift on some keyboards and not on others; only letters tell the two apart.
  const letter = /^[a-z]$/.test(key);
  return (
    shortcuts.find((entry) => entry.keys.includes(key) && (!letter || Boolean(entry.shift) === event.shiftKey)) ?? null
  );
}

function takesKey(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (key === 'Escape') return false;
  if (target instanceof HTMLInputElement && target.type === 'range') return key.startsWith('Arrow');
  if (target.matches('input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]')) return true;
  if (target.matches('[role=tab], [type=radio]') && key.startsWith('Arrow')) return true;
  return key === ' ' && target.matches('button, a[href], input, summary');
}

/** Listens until the returned function is called. */
export function listenForShortcuts(app: App): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    const shortcut = shortcutOf(event);
    if (!shortcut || (event.repeat && !shortcut.keys[0]!.startsWith('Arrow'))) return;
    event.preventDefault();
    app.wake();
    void app.run(() => shortcut.run(app));
  };
  window.addEventListener('keydown', onKeyDown);
  return () => window.removeEventListener('keydown', onKeyDown);
}
