// Files dropped anywhere on the page.
import type { App } from '../app/app';
import { droppedFiles } from './dropped_files';

/** Until the returned function is called. */
export function listenForDrops(shell: HTMLElement, app: App): () => void {
  let depth = 0; // enter and leave come for every element on the way
  const show = (change: number) => {
    depth = Math.max(depth + change, 0);
    shell.toggleAttribute('data-dropping', depth > 0);
  };
  const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  const onEnter = (event: DragEvent) => carriesFiles(event) && show(1);
  const onLeave = (event: DragEvent) => carriesFiles(event) && show(-1);
  const onOver = (event: DragEvent) => carriesFiles(event) && event.preventDefault();
  const onDrop = (event: DragEvent) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    show(-depth);
    const dropped = droppedFiles(event.dataTransfer!);
    void app.run(async () => {
      const files = await dropped;
      if (files.length > 0) await app.open(files);
    });
  };
  window.addEventListener('dragenter', onEnter);
  window.addEventListener('dragleave', onLeave);
  window.addEventListener('dragover', onOver);
  window.addEventListener('drop', onDrop);
  return () => {
    window.removeEventListener('dragenter', onEnter);
    window.removeEventListener('dragleave', onLeave);
    window.removeEventListener('dragover', onOver);
    window.removeEventListener('drop', onDrop);
  };
}
