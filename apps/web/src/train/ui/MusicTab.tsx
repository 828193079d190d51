// The music to train on: what is there, what is on its way, what could not be read.
import { FileAudio, FolderOpen, X } from 'lucide-react';
import { useRef } from 'react';
import type { App } from '../../app/app';
import { useStore } from '../../ui/hooks';
import { clock } from '../../ui/SeekBar';
import type { AudioFile, AudioList } from '../types';
import type { Upload } from '../uploads';
import { count, duration, size } from '../words';

const FOLDERS = 'webkitdirectory' in HTMLInputElement.prototype;

export function MusicTab({ app, go }: { app: App; go(tab: 'train'): void }) {
  const { audio, uploads } = useStore(app.training.store);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const readable = audio?.files.filter((file) => file.readable) ?? [];
  return (
    <>
      <div className="drop-zone">
        <p>Drop music here, or anywhere on the page. It goes to this server, and no further.</p>
        <div className="row">
          <button className="button" onClick={() => files.current?.click()}>
            <FileAudio aria-hidden="true" /> Choose files
          </button>
          {FOLDERS && (
            <button className="button" onClick={() => folder.current?.click()}>
              <FolderOpen aria-hidden="true" /> Choose a folder
            </button>
          )}
        </div>
        {[files, folder].map((picker, k) => (
          <input
            key={k}
            ref={picker}
            type="file"
            accept={k === 0 ? 'audio/*,.flac,.opus,.m4a,.aiff,.aif' : undefined}
            multiple
            hidden
            aria-label={k === 0 ? 'Music files' : 'Folder of music'}
            data-testid={k === 0 ? 'music-files' : 'music-folder'}
            {...(k === 1 && { webkitdirectory: '' })}
            onChange={({ currentTarget }) => {
              app.training.upload([...(currentTarget.files ?? [])]);
              currentTarget.value = '';
            }}
          />
        ))}
      </div>
      {uploads.length > 0 && <UploadList app={app} uploads={uploads} />}
      {audio && <AudioTable app={app} audio={audio} />}
      {readable.length > 0 && (
        <button className="button primary" onClick={() => go('train')}>
          Train on this music
        </button>
      )}
    </>
  );
}

function UploadList({ app, uploads }: { app: App; uploads: readonly Upload[] }) {
  const refused = uploads.filter(({ problem }) => problem !== null);
  const waiting = uploads.filter(({ problem }) => problem === null);
  return (
    <section className="field" aria-label="On its way to the server">
      {waiting.length > 0 && (
        <>
          <p>{count(waiting.length, 'file')} to send</p>
          <ul className="queue">
            {waiting.map(({ id, name, bytes, sent }) => (
              <li key={id} className="sending">
                <span className="track-name">{name}</span>
                <progress aria-label={`Sending ${name}`} max={Math.max(bytes, 1)} value={sent} />
              </li>
            ))}
          </ul>
        </>
      )}
      {refused.length > 0 && (
        <>
          <ul className="unreadable" aria-label="Not taken">
            {refused.map(({ id, name, problem }) => (
              <li key={id}>
                <span>
                  <b>{name}</b> {problem}
                </span>
              </li>
            ))}
          </ul>
          <button className="button" onClick={() => app.training.clearUploads()}>
            Close these messages
          </button>
        </>
      )}
    </section>
  );
}

function AudioTable({ app, audio }: { app: App; audio: AudioList }) {
  const { files } = audio;
  const readable = files.filter((file) => file.readable);
  const unreadable = files.filter((file) => !file.readable);
  const seconds = readable.reduce((sum, file) => sum + (file.seconds ?? 0), 0);
  return (
    <section className="field" aria-labelledby="audio-title">
      <span id="audio-title">
        On the server
        <output>{readable.length > 0 ? `${count(readable.length, 'file')}, ${duration(seconds)}` : 'nothing yet'}</output>
      </span>
      {readable.length > 0 && (
        <ul className="queue audio" aria-labelledby="audio-title">
          {readable.map((file) => (
            <li key={file.name}>
              <span className="track-name" title={file.original_name}>
                {file.original_name}
              </span>
              <span className="time">{clock(file.seconds ?? 0)}</span>
              <RemoveAudio app={app} file={file} />
            </li>
          ))}
        </ul>
      )}
      {unreadable.length > 0 && (
        <ul className="unreadable" aria-label="Could not be read">
          {unreadable.map((file) => (
            <li key={file.name}>
              <span>
                <b>{file.original_name}</b> {file.reason}
              </span>
              <RemoveAudio app={app} file={file} />
            </li>
          ))}
        </ul>
      )}
      <small>
        In {audio.data_dir}. {size(audio.bytes)} of {size(audio.quota_bytes)} used.
        {readable.length > 0 && readable.length < 5 && ' More music makes a better network: ten pieces or more.'}
      </small>
    </section>
  );
}

/** What was not sent by this page is not its to remove. */
function RemoveAudio({ app, file }: { app: App; file: AudioFile }) {
  if (!file.uploaded) return <span className="no-button" />;
  return (
    <button
      className="icon small"
      aria-label={`Remove ${file.original_name}`}
      onClick={() => void app.training.run(() => app.training.removeAudio(file))}
    >
      <X aria-hidden="true" />
    </button>
  );
}
