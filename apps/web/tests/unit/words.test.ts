import { expect, it } from 'vitest';
import type { Status } from '../../src/train/types';
import { count, describe as tell, duration, lossTerms, size, termName } from '../../src/train/words';

const status = (change: Partial<Status>) =>
  tell({ status: 'training', stopping: false, phase: 'training', current_epoch: 3, total_epochs: 10, done_steps: 40, total_steps: 200, files_done: 0, files_total: 0, error: null, ...change } as Status);

it('tells what a run does, and how it ended', () => {
  expect(status({})).toBe('Training: epoch 3 of 10, step 40 of 200.');
  expect(status({ total_steps: 0 })).toBe('Training: epoch 3 of 10.');
  expect(status({ phase: 'reading music', files_done: 2, files_total: 8 })).toBe('Reading music: 2 of 8 files.');
  expect(status({ phase: 'judging' })).toMatch(/^Judging/);
  expect(status({ stopping: true })).toMatch(/^Stopping/);
  expect(status({ status: 'completed', total_epochs: 1 })).toBe('Done after 1 epoch.');
  expect(status({ status: 'stopped' })).toBe('Stopped in epoch 3 of 10.');
  expect(status({ status: 'error', error: 'The disk is full.' })).toBe('The disk is full.');
});

it('counts, and measures time and room', () => {
  expect([count(1, 'file'), count(0, 'file')]).toEqual(['1 file', '0 files']);
  expect([0, 1, 89, 90, 3600, 5400, 7500].map(duration)).toEqual(['1 second', '1 second', '89 seconds', '2 minutes', '60 minutes', '1 hour 30 minutes', '2 hours 5 minutes']);
  expect([0, 999, 1000, 12_345, 3_400_000, 2e9].map(size)).toEqual(['0 bytes', '999 bytes', '1.0 kB', '12 kB', '3.4 MB', '2.0 GB']);
});

it('names the terms of the loss, also those it does not know', () => {
  expect(lossTerms({ epoch: 1, loss: 1, dull_loss: 2, gradient_norm: 3, new_idea_loss: 4 })).toEqual(['loss', 'dull_loss', 'new_idea_loss']);
  expect(termName('new_idea_loss')).toBe('new idea');
  expect(lossTerms(null)).toEqual([]);
});
