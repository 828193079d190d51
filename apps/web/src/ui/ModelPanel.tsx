// The model that draws: the bundled one, one from disk, one from a server.
import { FolderOpen } from 'lucide-react';
import { useRef } from 'react';
import type { App } from '../app/app';
import { useStore } from './hooks';

export function ModelPanel({ app }: { app: App }) {
  const { model, loadingModel, serverModels } = useStore(app.store);
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <dl className="facts" aria-busy={loadingModel}>
        <dt>Model</dt>
        <dd>{model?.name ?? (loadingModel ? 'loading …' : 'none')}</dd>
        {model && (
          <>
            <dt>Trained for</dt>
            <dd>{model.info.epoch} epochs</dd>
            <dt>Hears</dt>
            <dd>
              {model.info.windowFrames} frames of {model.info.featuresPerFrame} features
            </dd>
            <dt>Made by</dt>
            <dd>FractalSync {model.info.version}</dd>
          </>
        )}
      </dl>
      <button className="button" disabled={loadingModel} onClick={() => picker.current?.click()}>
        <FolderOpen aria-hidden="true" /> Open pipeline.onnx
      </button>
      <button className="button" disabled={loadingModel} onClick={() => void app.run(() => app.useBundledModel())}>
        Use the bundled model
      </button>
      {serverModels.length > 0 && (
        <label className="field">
          <span>From the server</span>
          <select
            value=""
            onChange={({ target }) => {
              const chosen = serverModels.find(({ url }) => url === target.value);
              if (chosen) void app.run(() => app.useServerModel(chosen));
            }}
          >
            <option value="">Choose …</option>
            {serverModels.map(({ name, url }) => (
              <option key={url} value={url}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <p className="aside">Train one on your own music: “fractalsync train”, then “fractalsync export --pipeline”.</p>
      <input
        ref={picker}
        type="file"
        accept=".onnx"
        hidden
        aria-label="Model file"
        data-testid="model-file"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file) void app.run(() => app.useModelFile(file));
          currentTarget.value = '';
        }}
      />
    </>
  );
}
