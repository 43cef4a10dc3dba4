import { useState } from 'preact/hooks';
import { call, quietly } from '../api.js';
import { useText } from '../i18n/texts.js';
import { say } from '../store.js';
import { type ApiCall, CallPanel, code, SECRET_IN_CODE } from './calls.js';
import { EventsField, newSecret, SecretField } from './events-field.js';

export function CreateForm() {
  const t = useText();
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<readonly string[]>(['video.uploaded', 'video.processed', 'video.published']);
  const [secret, setSecret] = useState(newSecret);
  const operation: ApiCall = {
    method: 'POST',
    path: '/webhooks',
    body: { url, events, secret },
    client: `create({ url: ${code(url)}, events: ${code(events)}, secret: ${SECRET_IN_CODE} })`,
  };
  const create = async () => {
    await call('POST', '/manage/webhooks', { url, events, secret });
    say('good', t('created'));
    setUrl('');
    setSecret(newSecret());
  };
  return (
    <details class="pane create">
      <summary>
        <h2>{t('sub_create')}</h2>
      </summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          quietly(create());
        }}
      >
        <label>
          {t('url')}
          <input
            type="url"
            required
            placeholder="http://localhost:3000/webhooks"
            value={url}
            onInput={({ currentTarget }) => setUrl(currentTarget.value)}
          />
        </label>
        <EventsField chosen={events} onChange={setEvents} />
        <SecretField value={secret} onChange={setSecret} />
        <button type="submit" class="primary" disabled={events.length === 0}>
          {t('create')}
        </button>
      </form>
      <CallPanel call={operation} />
    </details>
  );
}
