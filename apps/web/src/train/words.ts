// What the panel calls things, and how it tells what a run is doing.
import type { Run, Status } from './types';

/** The four pairs that training correlates, by their names in the server's answers. */
export const PAIRS = [
  ['centroid_hue', 'Colour follows brightness', 'spectral centroid – hue'],
  ['flux_change', 'Motion follows change', 'spectral flux – change of the picture'],
  ['rms_change', 'Motion follows loudness', 'root mean square – change of the picture'],
  ['zcr_edges', 'Edges follow roughness', 'zero crossings – edges'],
] as const;

const TERMS: Record<string, readonly [name: string, meaning: string]> = {
  loss: ['Total', 'the sum of all terms'],
  timbre_color_loss: ['Colour follows brightness', 'minus the correlation of spectral centroid and hue'],
  transient_impact_loss: ['Motion follows change', 'minus the correlation of spectral flux and change'],
  silence_stillness_loss: ['Stillness in silence', 'minus the correlation of loudness and change'],
  distortion_roughness_loss: ['Edges follow roughness', 'minus the correlation of zero crossings and edges'],
  smoothness_loss: ['Smoothness', 'the parameters’ steps'],
  dull_loss: ['Dullness', 'flat, black and white pictures'],
  connectedness_loss: ['Dust', 'sets that fall apart'],
  edge_visibility_loss: ['Edge visibility', 'edges that hardly change'],
  saturation_loss: ['Saturation', 'outputs stuck at their ends'],
  loudness_brightness_loss: ['Loudness in brightness', 'minus the correlation of loudness and brightness'],
  amplitude_loss: ['Amplitude', 'edges and colours that move less than the sound does'],
  centre_loss: ['Centre', 'shapes that are always calm, or always frayed'],
  pace_loss: ['Pace', 'passages slower or faster than they sound'],
};

/** The terms of the loss in an answer of the server, in its order. */
export function lossTerms(entry: Record<string, unknown> | null | undefined): string[] {
  return Object.keys(entry ?? {}).filter((name) => name === 'loss' || name.endsWith('_loss'));
}

export function termName(term: string): string {
  return TERMS[term]?.[0] ?? term.replace(/_loss$/, '').replaceAll('_', ' ');
}

export function termMeaning(term: string): string {
  return TERMS[term]?.[1] ?? '';
}

/** "1 file", "3 files". */
export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

/** "45 seconds", "3 minutes", "2 hours 5 minutes". */
export function duration(seconds: number): string {
  if (seconds < 90) return count(Math.max(Math.round(seconds), 1), 'second');
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return count(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  return minutes % 60 ? `${count(hours, 'hour')} ${count(minutes % 60, 'minute')}` : count(hours, 'hour');
}

/** "12 kB", "3.4 MB". */
export function size(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const at = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** at;
  return `${at > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[at]}`;
}

/** What is worth reading out when it changes: that a run has begun, and how it ended. */
export function announcement(status: Status): string {
  if (status.status === 'training') return status.stopping ? describe(status) : 'The training runs.';
  return status.status === 'idle' ? '' : describe(status);
}

/** What the run does, or how it ended. */
export function describe(status: Status): string {
  const epochs = `epoch ${Math.max(status.current_epoch, 1)} of ${status.total_epochs}`;
  switch (status.status) {
    case 'idle':
      return 'Nothing is being trained.';
    case 'completed':
      return `Done after ${count(status.total_epochs, 'epoch')}.`;
    case 'stopped':
      return `Stopped in ${epochs}.`;
    case 'error':
      return status.error ?? 'The run has failed, and the server does not say why.';
    case 'training':
      if (status.stopping) return 'Stopping; what can be resumed is saved.';
      return describePhase(status, epochs);
  }
}

function describePhase({ phase, files_done, files_total, done_steps, total_steps }: Status, epochs: string): string {
  switch (phase) {
    case 'reading music':
      return files_total > 0 ? `Reading music: ${files_done} of ${count(files_total, 'file')}.` : 'Reading music.';
    case 'judging':
      return 'Judging the network on music that is held out.';
    case 'exporting':
      return 'Writing the models.';
    default:
      return `Training: ${epochs}${total_steps > 0 ? `, step ${done_steps} of ${total_steps}` : ''}.`;
  }
}

/** "25 November 2026, 20:15" in the reader's language. */
export function moment(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : date.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
}

const OUTCOMES: Record<string, string> = { training: 'running', completed: 'done', error: 'failed', stopped: 'stopped' };

/** "done, 100 epochs". */
export function outcome({ status, epochs, total_epochs }: Run): string {
  const of = epochs === total_epochs ? count(epochs, 'epoch') : `${epochs} of ${count(total_epochs, 'epoch')}`;
  return `${OUTCOMES[status] ?? status}, ${of}`;
}
