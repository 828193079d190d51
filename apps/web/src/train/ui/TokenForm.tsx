// Asks for the server's token.
import { useState } from 'react';
import type { App } from '../../app/app';
import { useStore } from '../../ui/hooks';

export function TokenForm({ app }: { app: App }) {
  const { token } = useStore(app.training.store);
  const [text, setText] = useState('');
  return (
    <form
      className="token"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') void app.training.giveToken(text.trim());
      }}
    >
      <label className="field">
        <span>Token of the server</span>
        <input
          type="password"
          autoComplete="off"
          value={text}
          aria-describedby="token-about"
          aria-invalid={token === 'refused'}
          onChange={({ target }) => setText(target.value)}
        />
        <small id="token-about">
          {token === 'refused' && <b className="wrong">The server does not know this token. </b>}
          It was given to “fractalsync serve” with --token. It is kept until this tab is closed.
        </small>
      </label>
      <button className="button primary">Go on</button>
    </form>
  );
}
