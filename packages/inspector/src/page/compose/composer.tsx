import { Field } from '@videocloud/local-web/components';
import { toBase64 } from '@videocloud/local-web/page';
import { useState } from 'preact/hooks';
import type { Item } from '../../protocol.js';
import { useText } from '../i18n/texts.js';
import { post, quietly } from '../state/api.js';
import { busy } from '../state/busy.js';
import { change, notify, useStore } from '../state/store.js';
import { EndpointField } from '../subscriptions/endpoint-field.js';
import { checkPayload } from './check.js';
import { PayloadEditor } from './payload-editor.js';
import { Scenarios } from './scenarios.js';

const SPOILERS = ['unsigned', 'wrong_secret', 'tampered', 'reserialized', 'duplicate', 'stale'] as const;
const pretty = (value: object) => JSON.stringify(value, null, 2);

/** Makes an event and sends it, genuine or broken. */
export function Composer() {
  const t = useText();
  const events = useStore(({ state }) => state?.events ?? []);
  const webhooks = useStore(({ state }) => state?.webhooks ?? []);
  const [name, setName] = useState('video.processed');
  const [edited, setEdited] = useState<string>();
  const [timestamp, setTimestamp] = useState('');
  const [count, setCount] = useState(1);
  const [fresh, setFresh] = useState(true);
  const [endpoint, setEndpoint] = useState('');
  const [open, setOpen] = useState(() => matchMedia('(min-width: 60rem)').matches);
  const sample = events.find((event) => event.name === name)?.sample ?? {};
  const text = edited ?? pretty(sample);
  const checked = checkPayload(name, text);
  const webhookId = webhooks.find(({ id }) => id === endpoint)?.id ?? webhooks[0]?.id;

  const send = async () => {
    if (checked.data === undefined) return;
    const input = { event: name, data: checked.data, timestamp, count, fresh };
    const answer = await busy('sending', post<{ deliveryIds: readonly string[]; count: number }>('/send', input));
    if (answer.count === 0) return notify('bad', t('sent_none'));
    notify('good', answer.count === 1 ? t('sent_one') : t('sent_many', { count: answer.count }));
    if (answer.count === 1) change({ selected: answer.deliveryIds[0] });
  };
  const sendBroken = async (mode: string) => {
    if (checked.data === undefined || webhookId === undefined) return;
    // A space after each colon and line breaks: what does not survive a parse and re-stringify is what shows the mistake.
    const envelope = pretty({ event: name, timestamp: timestamp || new Date().toISOString(), data: checked.data });
    const body = toBase64(new TextEncoder().encode(envelope));
    const { items } = await post<{ items: readonly Item[] }>('/probe', { webhookId, mode, body });
    change({ selected: items.at(-1)?.id });
  };

  return (
    <details class="pane composer" open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <h2>{t('send_title')}</h2>
      </summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          quietly(send());
        }}
      >
        <label>
          {t('event')}
          <select
            value={name}
            onChange={({ currentTarget }) => {
              setName(currentTarget.value);
              setEdited(undefined);
            }}
          >
            {events.map((event) => (
              <option key={event.name} value={event.name}>
                {event.name}
              </option>
            ))}
          </select>
        </label>
        <PayloadEditor text={text} checked={checked} onEdit={setEdited} onReset={() => setEdited(undefined)} />
        <div class="pair">
          <Field
            label={t('timestamp')}
            placeholder={t('timestamp_now')}
            value={timestamp}
            onInput={(value) => setTimestamp(value.trim())}
          />
          <label>
            {t('count')}
            <input
              type="number"
              min={1}
              max={10_000}
              value={count}
              onInput={({ currentTarget }) => setCount(Math.min(10_000, Math.max(1, currentTarget.valueAsNumber || 1)))}
            />
          </label>
        </div>
        <label class="check">
          <input type="checkbox" checked={fresh} onChange={({ currentTarget }) => setFresh(currentTarget.checked)} />
          {t('fresh')}
        </label>
        <button type="submit" class="primary wide" disabled={checked.data === undefined}>
          {count > 1 ? t('send_n', { count }) : t('send')}
        </button>
      </form>
      <section class="part" aria-label={t('break_title')}>
        <h3>{t('break_title')}</h3>
        {webhooks.length > 1 && <EndpointField value={webhookId} onChange={setEndpoint} />}
        {webhookId === undefined && <p class="help">{t('no_endpoint')}</p>}
        <div class="breakers">
          {SPOILERS.map((mode) => (
            <button
              key={mode}
              type="button"
              disabled={checked.data === undefined || webhookId === undefined}
              onClick={() => quietly(sendBroken(mode))}
            >
              {t(`mode_${mode}`)}
            </button>
          ))}
        </div>
        <p class="help">{t('break_help')}</p>
      </section>
      <Scenarios webhookId={webhookId} />
    </details>
  );
}
