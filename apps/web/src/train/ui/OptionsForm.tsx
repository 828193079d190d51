// The options of a run, from the server's list: the essential ones, then the rest, folded.
import { RotateCcw } from 'lucide-react';
import type { App } from '../../app/app';
import { Check } from '../../ui/Check';
import { useStore } from '../../ui/hooks';
import { describeMeaning, describeRange, formatValue, groupOptions, label, readForm } from '../option_form';
import type { TrainOption } from '../types';
import { count } from '../words';

export function OptionsForm({ app }: { app: App }) {
  const { options, form, busy, audio, status } = useStore(app.training.store);
  const { essential, folded } = groupOptions(options);
  const { values, problems } = readForm(options, form);
  const wrong = Object.keys(problems).length;
  const music = audio?.files.some((file) => file.readable) ?? false;
  const field = (option: TrainOption) => <Field key={option.name} app={app} option={option} text={form[option.name] ?? ''} problem={problems[option.name]} />;
  return (
    <form
      className="options"
      aria-label="A new run"
      onSubmit={(event) => {
        event.preventDefault();
        void app.training.run(() => app.training.train());
      }}
    >
      <div className="fields">{essential.map(field)}</div>
      {folded.map(({ name, options }) => {
        const set = options.filter((option) => option.name in values || option.name in problems).length;
        return (
          <details key={name}>
            <summary>
              {name} <small>{set > 0 ? `${count(set, 'option')} set` : count(options.length, 'option')}</small>
            </summary>
            <div className="fields">{options.map(field)}</div>
          </details>
        );
      })}
      {wrong > 0 && (
        <p className="wrong" role="alert">
          {wrong === 1 ? 'One option cannot be used as it is.' : `${wrong} options cannot be used as they are.`}
        </p>
      )}
      {Object.keys(values).length + wrong > 0 && (
        <button type="button" className="link" onClick={() => app.training.resetForm()}>
          <RotateCcw aria-hidden="true" /> Back to the defaults
        </button>
      )}
      {!music && <p className="aside">There is no music to train on yet.</p>}
      <button className="button primary" disabled={busy || wrong > 0 || !music || status?.status === 'training'}>
        Start training
      </button>
    </form>
  );
}

interface FieldProps {
  app: App;
  option: TrainOption;
  text: string;
  problem: string | undefined;
}

function Field({ app, option, text, problem }: FieldProps) {
  const { name, type, choices } = option;
  const id = `option-${name}`;
  const change = (value: string) => app.training.setField(name, value);
  const meant = describeMeaning(option);
  if (type === 'boolean')
    return (
      <Check
        name={label(name)}
        explains={`${meant} Default ${formatValue(option.default)}.`}
        checked={text === '' ? option.default === true : text === 'true'}
        onChange={(checked) => change(String(checked))}
      />
    );
  return (
    <div className="field">
      <label htmlFor={id}>{label(name)}</label>
      {choices ? (
        <select id={id} value={text === '' ? String(option.default) : text} aria-describedby={`${id}-about`} onChange={({ target }) => change(target.value)}>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          type="text"
          inputMode={type === 'integer' ? 'numeric' : type === 'number' ? 'decimal' : 'text'}
          autoComplete="off"
          spellCheck={false}
          value={text}
          placeholder={formatValue(option.default)}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-about`}
          onChange={({ target }) => change(target.value)}
        />
      )}
      <small id={`${id}-about`}>
        {problem && <b className="wrong">{problem} </b>}
        {meant} {describeRange(option)}
      </small>
    </div>
  );
}
