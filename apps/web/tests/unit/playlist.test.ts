import { expect, it } from 'vitest';
import { audioFiles, Playlist } from '../../src/audio/playlist';

function playlist(...names: string[]): Playlist {
  const list = new Playlist();
  list.add(names.map((file) => ({ file, source: file })));
  return list;
}

it('names tracks by their files without the extension', () => {
  expect(playlist('A song.flac', 'v1.2 mix.mp3', 'plain').tracks.map(({ name }) => name)).toEqual(['A song', 'v1.2 mix', 'plain']);
});

it('lets a song have another name than its file', () => {
  const track = new Playlist().add([{ file: '08_last_train_home.ogg', name: 'Last train home', source: 'address' }]);
  expect(track).toEqual({ id: 1, file: '08_last_train_home.ogg', name: 'Last train home', source: 'address' });
});

it('returns the first of the new tracks', () => {
  const list = playlist('a');
  expect(list.add([{ file: 'b', source: 'b' }, { file: 'c', source: 'c' }])!.name).toBe('b');
  expect(list.add([])).toBeNull();
});

it('walks to the end and stays there, and back to the beginning', () => {
  const list = playlist('a', 'b');
  expect(list.current).toBeNull();
  expect([list.next()?.name, list.next()?.name, list.next()]).toEqual(['a', 'b', null]);
  expect(list.current?.name).toBe('b');
  expect([list.previous()?.name, list.previous()?.name]).toEqual(['a', 'a']);
});

it('has nothing before or after when it is empty', () => {
  expect([new Playlist().next(), new Playlist().previous()]).toEqual([null, null]);
});

it('goes on with what follows a removed track', () => {
  const list = playlist('a', 'b', 'c');
  list.select(2);
  list.remove(2);
  expect(list.current?.name).toBe('c');
  list.remove(1); // before the current one
  expect(list.current?.name).toBe('c');
  list.remove(3);
  expect(list.current).toBeNull();
  list.remove(99);
  expect(list.tracks).toEqual([]);
});

it('knows sound by type or by name', () => {
  const files = [
    new File([], 'a.FLAC'),
    new File([], 'b', { type: 'audio/mpeg' }),
    new File([], 'c.txt', { type: 'text/plain' }),
    new File([], 'flac'),
  ];
  expect(audioFiles(files).map(({ name }) => name)).toEqual(['a.FLAC', 'b']);
});
