import { describe, expect, it } from 'vitest';
import { defaultSettings, formatPreset, parsePreset, type Settings } from '../../src/app/settings';

const looks = [{ id: 'ember' }, { id: 'deep sea&' }];
const defaults = defaultSettings(looks);

describe('presets in a link', () => {
  it('bring every setting back', () => {
    const settings: Settings = {
      look: 'deep sea&',
      lockLook: true,
      sensitivity: -6,
      flashLimiter: false,
      motion: 'reduced',
      sharpness: 0.5,
      showInfo: true,
      showMeters: false,
      seed: 77,
    };
    // Every field differs from its default, so that every field is in the link.
    for (const key of Object.keys(defaults) as (keyof Settings)[]) expect(settings[key]).not.toBe(defaults[key]);
    const preset = formatPreset(settings, defaults);
    expect(parsePreset(preset, looks)).toEqual(settings);
    expect(new URL(preset, 'https://example.org/a/').hash).toBe(preset);
  });

  it('are short when nothing was changed', () => {
    expect(formatPreset(defaults, defaults)).toBe('#look=ember');
  });

  it('leave out what this version does not know or allow', () => {
    const fragment = '#look=gone&lock=yes&gain=1e9&calm=&motion=wild&sharpness=3&info=2&seed=-1&meters=01&unknown=1';
    expect(parsePreset(fragment, looks)).toEqual({});
    expect(parsePreset('#gain=', looks)).toEqual({});
    expect(parsePreset('#gain=NaN', looks)).toEqual({});
    expect(parsePreset('', looks)).toEqual({});
  });

  it('switch the flash limiter off only when they say so', () => {
    expect(defaults.flashLimiter).toBe(true);
    expect(parsePreset('#calm=0', looks)).toEqual({ flashLimiter: false });
  });
});
