// The form of training options: what a person typed, what it means, and what is sent of it. An empty field means the
// default.
import type { OptionValue, TrainOption } from './types';

/** What stands in each field, by the option's name; a switch holds 'true' or 'false'. */
export type Form = Readonly<Record<string, string>>;

/** Shown first; the others are folded. */
const ESSENTIAL = ['epochs', 'window_frames', 'include_delta', 'include_delta_delta', 'batch_size', 'learning_rate'];

const GROUP_NAMES: Record<string, string> = {
  training: 'Training',
  music: 'Music',
  network: 'Network',
  picture: 'Picture',
  loss: 'Loss',
};

const LABELS: Record<string, string> = {
  include_delta: 'Changes of features',
  include_delta_delta: 'Changes of changes',
  hidden: 'Hidden layers',
  batch_norm: 'BatchNorm',
  image: 'Differentiable image',
};

/** "weight_zcr_edges" -> "Weight zcr edges". */
export function label(name: string): string {
  const words = name.replaceAll('_', ' ');
  return LABELS[name] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

export interface OptionGroups {
  essential: readonly TrainOption[];
  /** In the order of the server's list. */
  folded: readonly { name: string; options: readonly TrainOption[] }[];
}

export function groupOptions(options: readonly TrainOption[]): OptionGroups {
  const essential = ESSENTIAL.flatMap((name) => options.filter((option) => option.name === name));
  const rest = options.filter((option) => !essential.includes(option));
  const names = [...new Set(rest.map(({ group }) => group))];
  return {
    essential,
    folded: names.map((group) => ({
      name: GROUP_NAMES[group] ?? label(group),
      options: rest.filter((option) => option.group === group),
    })),
  };
}

/** As it is typed: 0.002, 128, 256, on. */
export function formatValue(value: OptionValue): string {
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return String(value);
}

/** "Frames per step." The command line's names of other options become those of the form. */
export function describeMeaning({ meaning }: TrainOption): string {
  const words = meaning.replace(/--([a-z-]+)/g, (_, name: string) => name.replaceAll('-', ' '));
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** "Default 100, from 1 to 1000000." */
export function describeRange({ default: value, type, minimum, maximum }: TrainOption): string {
  const given = value === '' ? 'none' : formatValue(value);
  const of = type === 'integers' ? 'each ' : '';
  // The largest seed is no number that anyone wants to read.
  if (minimum !== undefined && maximum !== undefined && maximum <= Number.MAX_SAFE_INTEGER) return `Default ${given}, ${of}from ${minimum} to ${maximum}.`;
  if (minimum !== undefined) return `Default ${given}, ${of}at least ${minimum}.`;
  return `Default ${given}.`;
}

export type Reading = { value: OptionValue | undefined } | { problem: string };

/** What `text` means for `option`; undefined where it is empty. */
export function readField(option: TrainOption, text: string): Reading {
  const trimmed = text.trim();
  if (trimmed === '') return { value: undefined };
  switch (option.type) {
    case 'boolean':
      return { value: trimmed === 'true' };
    case 'string':
      if (option.choices && !option.choices.includes(trimmed)) return { problem: `One of ${option.choices.join(', ')}.` };
      return { value: trimmed };
    case 'integers': {
      const numbers = trimmed.split(/[\s,]+/).filter((part) => part !== '').map((part) => readNumber(option, part));
      if (numbers.length > (option.most ?? Infinity)) return { problem: `At most ${option.most} numbers.` };
      const wrong = numbers.find((number) => typeof number === 'string');
      return typeof wrong === 'string' ? { problem: wrong } : { value: numbers as number[] };
    }
    default: {
      const number = readNumber(option, trimmed);
      return typeof number === 'string' ? { problem: number } : { value: number };
    }
  }
}

/** The number, or the sentence that says why it is none for `option`. */
function readNumber({ type, minimum = -Infinity, maximum = Infinity }: TrainOption, text: string): number | string {
  const number = Number(text.replace(/^(-?\d+),(\d+)$/, '$1.$2')); // a decimal comma, as half of the world types it
  if (!Number.isFinite(number)) return `“${text}” is not a number.`;
  if (type !== 'number' && !Number.isSafeInteger(number)) return `${text} is not a whole number.`;
  if (number < minimum) return `It must be at least ${minimum}.`;
  if (number > maximum) return `It can be ${maximum} at most.`;
  return number;
}

export interface FormReading {
  /** What differs from the defaults, to be sent. */
  values: Record<string, OptionValue>;
  /** By the option's name. */
  problems: Record<string, string>;
}

export function readForm(options: readonly TrainOption[], form: Form): FormReading {
  const values: Record<string, OptionValue> = {};
  const problems: Record<string, string> = {};
  for (const option of options) {
    const reading = readField(option, form[option.name] ?? '');
    if ('problem' in reading) problems[option.name] = reading.problem;
    else if (reading.value !== undefined && formatValue(reading.value) !== formatValue(option.default))
      values[option.name] = reading.value;
  }
  return { values, problems };
}
