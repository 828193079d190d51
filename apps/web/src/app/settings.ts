// What a person chooses and may share: kept in the browser, and written into a link's fragment, which never reaches a
// server. Whatever comes from outside is checked here; what cannot be used is left out.

export interface Settings {
  /** Id of a look. */
  look: string;
  /** Keep the look; otherwise it changes with each track, and every two minutes with live sound. */
  lockLook: boolean;
  /** How much louder the model hears than it is, dB. */
  sensitivity: number;
  flashLimiter: boolean;
  /** 'system' follows prefers-reduced-motion. */
  motion: 'system' | 'reduced' | 'full';
  /** Pixels drawn for each CSS pixel, at most. */
  sharpness: number;
  showInfo: boolean;
  showMeters: boolean;
  /** Of whatever a look draws by chance. */
  seed: number;
}

export const SENSITIVITY = { lowest: -24, highest: 24, step: 3 } as const;
export const SHARPNESS = [0.5, 1, 2] as const;
const MOTIONS = ['system', 'reduced', 'full'] as const;

export function defaultSettings(looks: readonly { id: string }[]): Settings {
  return {
    look: looks[0]?.id ?? '',
    lockLook: false,
    sensitivity: 0,
    flashLimiter: true,
    motion: 'system',
    sharpness: 2,
    showInfo: false,
    showMeters: true,
    seed: 1,
  };
}

/** How each setting is called in a link, how it is written, and how it is read (undefined: not a value of it). */
const FIELDS: { [Key in keyof Settings]: [name: string, read: (text: string, looks: readonly { id: string }[]) => Settings[Key] | undefined] } = {
  look: ['look', (text, looks) => (looks.some(({ id }) => id === text) ? text : undefined)],
  lockLook: ['lock', flag],
  sensitivity: ['gain', (text) => within(text, SENSITIVITY.lowest, SENSITIVITY.highest)],
  flashLimiter: ['calm', flag],
  motion: ['motion', (text) => MOTIONS.find((motion) => motion === text)],
  sharpness: ['sharpness', (text) => SHARPNESS.find((sharpness) => String(sharpness) === text)],
  showInfo: ['info', flag],
  showMeters: ['meters', flag],
  seed: ['seed', (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined)],
};

function flag(text: string): boolean | undefined {
  return text === '1' ? true : text === '0' ? false : undefined;
}

function within(text: string, lowest: number, highest: number): number | undefined {
  const value = text.trim() === '' ? NaN : Number(text);
  return value >= lowest && value <= highest ? value : undefined;
}

/** Settings named in a link's fragment ("#look=ember&gain=6"). */
export function parsePreset(fragment: string, looks: readonly { id: string }[]): Partial<Settings> {
  const given = new URLSearchParams(fragment.replace(/^#/, ''));
  const preset: Record<string, unknown> = {};
  for (const [key, [name, read]] of Object.entries(FIELDS)) {
    const text = given.get(name);
    const value = text === null ? undefined : read(text, looks);
    if (value !== undefined) preset[key] = value;
  }
  return preset as Partial<Settings>;
}

/** The fragment for these settings; what is as by default is left out, except the look. */
export function formatPreset(settings: Settings, defaults: Settings): string {
  const fragment = new URLSearchParams();
  for (const [key, [name]] of Object.entries(FIELDS) as [keyof Settings, [string, unknown]][]) {
    const value = settings[key];
    if (value === defaults[key] && key !== 'look') continue;
    fragment.set(name, typeof value === 'boolean' ? (value ? '1' : '0') : String(value));
  }
  return `#${fragment}`;
}

const KEY = 'fractalsync.settings';

/** What was chosen last time, where the browser keeps such things. */
export function loadSettings(looks: readonly { id: string }[]): Partial<Settings> {
  try {
    return parsePreset(localStorage.getItem(KEY) ?? '', looks);
  } catch {
    return {}; // storage is switched off: start with the defaults
  }
}

export function saveSettings(settings: Settings, defaults: Settings): void {
  try {
    localStorage.setItem(KEY, formatPreset(settings, defaults));
  } catch {
    // Storage is switched off or full; the choice holds until the page is closed.
  }
}
