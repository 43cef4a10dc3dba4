import { generateSecret } from '@videocloud/webhooks';
import { useText } from '../i18n/texts.js';
import { useStore } from '../state/store.js';

interface EventsFieldProps {
  readonly chosen: readonly string[];
  readonly onChange: (events: readonly string[]) => void;
}

/** Check boxes of the 13 names one can subscribe to. */
export function EventsField({ chosen, onChange }: EventsFieldProps) {
  const t = useText();
  const events = useStore(({ state }) => state?.events ?? []);
  const names = events.filter(({ subscribable }) => subscribable).map(({ name }) => name);
  const toggle = (name: string) =>
    onChange(names.filter((known) => (known === name ? !chosen.includes(name) : chosen.includes(known))));
  return (
    <fieldset class="events-field">
      <legend>{t('events')}</legend>
      <div class="actions">
        <button type="button" class="quiet" onClick={() => onChange(names)}>
          {t('all_events')}
        </button>
        <button type="button" class="quiet" onClick={() => onChange([])}>
          {t('no_events')}
        </button>
      </div>
      <div class="event-boxes">
        {names.map((name) => (
          <label key={name} class="check">
            <input type="checkbox" checked={chosen.includes(name)} onChange={() => toggle(name)} />
            {name}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface SecretFieldProps {
  readonly value: string;
  readonly onChange: (secret: string) => void;
}

export function SecretField({ value, onChange }: SecretFieldProps) {
  const t = useText();
  return (
    <div class="secret-field">
      <label class="grow">
        {t('secret')}
        <input
          type="password"
          autocomplete="off"
          required
          value={value}
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      </label>
      <button type="button" onClick={() => onChange(generateSecret())}>
        {t('secret_new')}
      </button>
    </div>
  );
}
