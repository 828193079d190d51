// The music that comes with the project (data/demo, CC0), as a queue to begin with.
const files = import.meta.glob<string>('../../../../data/demo/*.ogg', { query: '?url', import: 'default', eager: true });

/** "…/08_last_train_home.ogg" -> "Last train home". */
function title(path: string): string {
  const words = path.replace(/^.*\/\d+_|\.ogg$/g, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const demoTracks = Object.entries(files).map(([path, source]) => ({
  file: path.replace(/^.*\//, ''),
  name: title(path),
  source,
}));
