import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { anyJourney, journeyOf } from '../../src/inference/journey';

it('begins where it does in the program', () => {
  const angles = JSON.parse(readFileSync('../../tests/golden/journey/angles.json', 'utf8')) as Record<string, number>;
  expect(Object.keys(angles).length).toBeGreaterThanOrEqual(10);
  expect(Object.fromEntries(Object.keys(angles).map((name) => [name, journeyOf(name)]))).toEqual(angles);
});

it('begins anywhere without a name', () => {
  const angles = Array.from({ length: 100 }, anyJourney);
  expect(angles.every((angle) => angle >= 0 && angle < 2 * Math.PI)).toBe(true);
  expect(new Set(angles).size).toBe(100);
});
