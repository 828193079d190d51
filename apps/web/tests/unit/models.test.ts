import { expect, it } from 'vitest';
import { parseModels } from '../../src/models';

const page = 'http://localhost:8000/app/';

it('takes what the server lists, addresses resolved', () => {
  expect(parseModels({ models: [{ name: 'a', url: '/api/models/a' }] }, page)).toEqual([
    { name: 'a', url: 'http://localhost:8000/api/models/a' },
  ]);
});

it('leaves out networks that need their features computed elsewhere', () => {
  const models = [
    { name: 'a', url: '/a', kind: 'model' },
    { name: 'b', url: '/b', kind: 'pipeline' },
  ];
  expect(parseModels({ models }, page).map(({ name }) => name)).toEqual(['b']);
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
