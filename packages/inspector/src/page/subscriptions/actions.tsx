import { time, visible } from '@videocloud/local-web/page';
import { generateSecret } from '@videocloud/webhooks';
import type { WebhookRecord } from '@videocloud/webhooks-sender';
import { useEffect, useState } from 'preact/hooks';
import { attemptError } from '../i18n/attempt-error.js';
import { isKey, type Text, useText } from '../i18n/texts.js';
import { call, get, quietly } from '../state/api.js';
import { change, notify, useStore } from '../state/store.js';
import { CallPanel } from './calls.js';
import { EventsField, SecretField } from './events-field.js';
import {
  type ApiCall,
  deleteCall,
  eventsCall,
  historyCall,
  reactivateCall,
  rotateCall,
  testCall,
} from './operations.js';

interface ActionProps {
  readonly webhook: WebhookRecord;
  readonly onDone?: () => void;
}

/** Calls what is shown, and says that it is done. */
function usePerform(onDone?: () => void): (operation: ApiCall) => void {
  const t = useText();
  return ({ method, path, body }) =>
    quietly(
      call(method, `/manage${path}`, body).then(() => {
        notify('good', t('done'));
        onDone?.();
      }),
    );
}

export function TestAction({ webhook }: ActionProps) {
  const t = useText();
  const perform = usePerform();
  const events = useStore(({ state }) => state?.events ?? []);
  const [event, setEvent] = useState(webhook.events[0] ?? 'video.processed');
  const operation = testCall(webhook.id, event);
  return (
    <div class="action">
      <label>
        {t('event')}
        <select value={event} onChange={({ currentTarget }) => setEvent(currentTarget.value)}>
          {events.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <button type="button" class="primary" onClick={() => perform(operation)}>
        {t('send')}
      </button>
      <CallPanel call={operation} />
    </div>
  );
}

export function EventsAction({ webhook, onDone }: ActionProps) {
  const t = useText();
  const perform = usePerform(onDone);
  const [events, setEvents] = useState(webhook.events);
  const operation = eventsCall(webhook.id, events);
  return (
    <div class="action">
      <EventsField chosen={events} onChange={setEvents} />
      <button type="button" class="primary" disabled={events.length === 0} onClick={() => perform(operation)}>
        {t('save')}
      </button>
      <CallPanel call={operation} />
    </div>
  );
}

export function RotateAction({ webhook, onDone }: ActionProps) {
  const t = useText();
  const perform = usePerform(onDone);
  const [secret, setSecret] = useState(generateSecret);
  const operation = rotateCall(webhook.id, secret);
  return (
    <form
      class="action"
      onSubmit={(event) => {
        event.preventDefault();
        perform(operation);
      }}
    >
      <p class="help">{t('rotate_help')}</p>
      <SecretField value={secret} onChange={setSecret} />
      <button type="submit" class="primary" disabled={secret.trim() === ''}>
        {t('rotate')}
      </button>
      <CallPanel call={operation} />
    </form>
  );
}

export function DeleteAction({ webhook }: ActionProps) {
  const t = useText();
  const perform = usePerform();
  const operation = deleteCall(webhook.id);
  return (
    <div class="action">
      <button type="button" class="danger" onClick={() => perform(operation)}>
        {t('delete_sure')}
      </button>
      <CallPanel call={operation} />
    </div>
  );
}

export function ReactivateAction({ webhook, onDone }: ActionProps) {
  const t = useText();
  const attempts = useStore(({ state }) => (state?.schedule.length ?? 0) + 1);
  const perform = usePerform(onDone);
  const operation = reactivateCall(webhook.id);
  return (
    <div class="action">
      <p class="help">{t('why_exhausted', { n: attempts })}</p>
      <button type="button" class="primary" onClick={() => perform(operation)}>
        {t('reactivate')}
      </button>
      <CallPanel call={operation} />
    </div>
  );
}

interface HistoryAnswer {
  readonly data: {
    readonly total: number;
    readonly items: readonly {
      readonly id: string;
      readonly event: string;
      readonly status: string;
      readonly responseCode?: number;
      readonly timestamp: string;
      readonly retries: number;
      readonly error?: string;
    }[];
  };
}

function outcome(t: Text, status: string): string {
  const key = `outcome_${status}`;
  return isKey(key) ? t(key) : status;
}

export function HistoryAction({ webhook }: ActionProps) {
  const t = useText();
  const language = useStore((store) => store.language);
  const [history, setHistory] = useState<HistoryAnswer['data']>();
  const operation = historyCall(webhook.id);
  const { path } = operation;
  useEffect(() => quietly(get<HistoryAnswer>(`/manage${path}`).then(({ data }) => setHistory(data))), [path, webhook]);
  const open = (id: string) => change({ tab: 'deliveries', selected: id });
  return (
    <div class="action">
      {history?.total === 0 && <p class="help">{t('history_empty')}</p>}
      {history !== undefined && history.total > 0 && (
        <div class="scroll">
          <table>
            <tbody>
              {history.items.map(({ id, event, status, responseCode, timestamp, retries, error }) => (
                <tr key={id}>
                  <th scope="row">
                    <button type="button" class="quiet" onClick={() => open(id)}>
                      {id}
                    </button>
                  </th>
                  <td>{visible(event)}</td>
                  <td>
                    {outcome(t, status)} {responseCode}
                  </td>
                  <td>{t('attempt_n', { n: retries + 1 })}</td>
                  <td>{time(timestamp, language)}</td>
                  <td>{visible(attemptError(error ?? '', language))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="help">{history !== undefined && t('of_count', { shown: history.items.length, all: history.total })}</p>
      <CallPanel call={operation} />
    </div>
  );
}
