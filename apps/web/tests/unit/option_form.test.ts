import { describe, expect, it } from 'vitest';
import { describeMeaning, describeRange, groupOptions, label, readField, readForm } from '../../src/train/option_form';
import type { TrainOption } from '../../src/train/types';

const option = (name: string, type: TrainOption['type'], value: TrainOption['default'], more: Partial<TrainOption> = {}): TrainOption => ({
  name,
  type,
  default: value,
  group: 'training',
  meaning: 'of something',
  ...more,
});

const epochs = option('epochs', 'integer', 100, { minimum: 1, maximum: 1000 });
const rate = option('learning_rate', 'number', 0.002, { minimum: 1e-9, maximum: 10 });
const delta = option('include_delta', 'boolean', false, { group: 'music' });
const hidden = option('hidden', 'integers', [128, 64], { group: 'network', minimum: 1, maximum: 8192, most: 4 });
const image = option('image', 'string', 'V', { group: 'picture', choices: ['V', 'Q'] });
const all = [hidden, epochs, rate, image, delta];

describe('a field', () => {
  it('means the default while it is empty', () => {
    for (const each of all) expect(readField(each, '  ')).toEqual({ value: undefined });
  });

  it.each([
    [epochs, '5', 5],
    [epochs, ' 1e2 ', 100],
    [rate, '0.01', 0.01],
    [rate, '0,01', 0.01],
    [delta, 'true', true],
    [delta, 'false', false],
    [hidden, '8, 16  32', [8, 16, 32]],
    [image, 'Q', 'Q'],
  ])('reads $name from %s', (each, text, value) => {
    expect(readField(each as TrainOption, text as string)).toEqual({ value });
  });

  it.each([
    [epochs, 'five', '“five” is not a number.'],
    [epochs, '2.5', '2.5 is not a whole number.'],
    [epochs, '0', 'It must be at least 1.'],
    [epochs, '1001', 'It can be 1000 at most.'],
    [epochs, 'Infinity', '“Infinity” is not a number.'],
    [epochs, '9007199254740993', '9007199254740993 is not a whole number.'],
    [rate, '-1', 'It must be at least 1e-9.'],
    [hidden, '8, x', '“x” is not a number.'],
    [hidden, '8, 0', 'It must be at least 1.'],
    [hidden, '1 2 3 4 5', 'At most 4 numbers.'],
    [image, 'W', 'One of V, Q.'],
  ])('refuses %s %s', (each, text, problem) => {
    expect(readField(each as TrainOption, text as string)).toEqual({ problem });
  });
});

describe('what is sent', () => {
  it('is nothing for an untouched form', () => {
    expect(readForm(all, {})).toEqual({ values: {}, problems: {} });
  });

  it('is only what differs from the defaults', () => {
    const form = { epochs: '100', learning_rate: '0.01', include_delta: 'false', hidden: '128 64', image: 'Q' };
    expect(readForm(all, form)).toEqual({ values: { learning_rate: 0.01, image: 'Q' }, problems: {} });
  });

  it('leaves out what the server does not know, and names what is wrong', () => {
    expect(readForm(all, { gone: '1', epochs: '0', include_delta: 'true' })).toEqual({
      values: { include_delta: true },
      problems: { epochs: 'It must be at least 1.' },
    });
  });
});

describe('the form', () => {
  it('begins with the essential options and loses none', () => {
    const { essential, folded } = groupOptions(all);
    expect(essential.map(({ name }) => name)).toEqual(['epochs', 'include_delta', 'learning_rate']);
    expect(folded).toEqual([
      { name: 'Network', options: [hidden] },
      { name: 'Picture', options: [image] },
    ]);
  });

  it('says what an option means, and its range', () => {
    expect(label('weight_zcr_edges')).toBe('Weight zcr edges');
    expect(describeMeaning(option('x', 'integer', 1, { meaning: 'in sequences of --sequence-length' }))).toBe('In sequences of sequence length.');
    expect(describeRange(epochs)).toBe('Default 100, from 1 to 1000.');
    expect(describeRange(hidden)).toBe('Default 128, 64, each from 1 to 8192.');
    expect(describeRange(image)).toBe('Default V.');
    expect(describeRange(option('seed', 'integer', 0, { minimum: 0, maximum: 2 ** 64 }))).toBe('Default 0, at least 0.');
  });
});
