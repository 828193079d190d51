import { beforeAll, describe, expect, it, vi } from 'vitest';
import { shortcutOf, shortcuts } from '../../src/app/shortcuts';

/** What a key press on the page itself looks like. */
function key(key: string, modifiers: Partial<KeyboardEvent> = {}): KeyboardEvent {
  return { key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, defaultPrevented: false, target: null, ...modifiers } as KeyboardEvent;
}

beforeAll(() => {
  // Node has no elements; the page under the shortcuts is none of them.
  vi.stubGlobal('HTMLElement', class {});
});

describe('the table', () => {
  it('gives every key one meaning, and every meaning a text', () => {
    const keys = shortcuts.flatMap(({ keys, shift }) => keys.map((each) => `${shift ? 'Shift ' : ''}${each}`));
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(shortcuts.map(({ does }) => does)).size).toBe(shortcuts.length);
  });

  it('is reached by its own keys', () => {
    for (const shortcut of shortcuts)
      for (const each of shortcut.keys) expect(shortcutOf(key(each, { shiftKey: shortcut.shift ?? false }))).toBe(shortcut);
  });
});

describe('a key press', () => {
  it('means the same with Caps Lock', () => {
    expect(shortcutOf(key('F'))?.does).toBe('Full screen');
  });

  it('tells Shift L from L', () => {
    expect(shortcutOf(key('l'))?.does).toBe('Next look');
    expect(shortcutOf(key('L', { shiftKey: true }))?.does).toBe('Previous look');
    expect(shortcutOf(key('F', { shiftKey: true }))).toBeNull();
  });

  it('finds "?" with Shift and without', () => {
    expect(shortcutOf(key('?', { shiftKey: true }))).toBe(shortcutOf(key('?')));
  });

  it('leaves the browser its own shortcuts', () => {
    for (const modifier of ['ctrlKey', 'metaKey', 'altKey']) expect(shortcutOf(key('r', { [modifier]: true }))).toBeNull();
  });

  it('means nothing when something else took it', () => {
    expect(shortcutOf(key('f', { defaultPrevented: true }))).toBeNull();
    expect(shortcutOf(key('q'))).toBeNull();
  });
});
