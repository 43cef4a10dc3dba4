import { generateSecret } from '@videocloud/webhooks';
import { useState } from 'preact/hooks';
import { useText } from '../i18n/texts.js';
import { call, quietly } from '../state/api.js';
import { notify } from '../state/store.js';
import { CallPanel } from './calls.js';
import { EventsField, SecretField } from './events-field.js';
import { createCall } from './operations.js';

export function CreateForm() {
  const t = useText();
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<readonly string[]>(['video.uploaded', 'video.processed', 'video.published']);
  const [secret, setSecret] = useState(generateSecret);
  const operation = createCall(url, events, secret);
  const create = async () => {
    await call(operation.method, `/manage${operation.path}`, operation.body);
    notify('good', t('created'));
    setUrl('');
    setSecret(generateSecret());
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
