// The app's entry: the picture first, then the panels over it.
import '@fontsource-variable/instrument-sans/wght.css';
import './ui/style.css';
import './train/train.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app';
import { sentence } from './errors';
import { Root } from './ui/Root';
import { Unsupported } from './ui/Unsupported';

const canvas = document.querySelector<HTMLCanvasElement>('#picture')!;
const root = createRoot(document.querySelector('#app')!);

try {
  const app = new App(canvas);
  root.render(
    <StrictMode>
      <Root app={app} />
    </StrictMode>,
  );
  void app.start();
} catch (error) {
  canvas.hidden = true;
  root.render(<Unsupported reason={sentence(error)} />);
}
