import { expect, it } from 'vitest';
import { parseModels } from '../../src/models';

const page = 'http://localhost:8000/app/';

it('takes what the server lists, addresses resolved', () => {
  expect(parseModels({ models: [{ name: 'a', url: '/api/models/a' }] }, page)).toEqual([
    { name: 'a', url: 'http://localhost:8000/api/models/a' },
  ]);
});

it.each([
  [null],
  ['text'],
  [{ models: 'none' }],
  [{ models: [null, 3, { name: 'a' }, { url: '/x' }] }],
  [{ models: [{ name: 'elsewhere', url: 'https://example.org/m.onnx' }] }],
  [{ models: [{ name: 'script', url: 'javascript:alert(1)' }] }],
])('leaves out %j', (answer) => {
  expect(parseModels(answer, page)).toEqual([]);
});
