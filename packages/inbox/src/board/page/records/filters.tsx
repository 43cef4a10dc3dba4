import { visible } from '@videocloud/local-web/page';
import { DELIVERED_EVENT_TYPES } from '@videocloud/webhooks/protocol';
import { narrow } from '../state/actions.js';
import { useBoard } from '../state/store.js';
import { useText } from '../texts/texts.js';

// No name of an event has these in front.
const ANY = 'any';
const NONE = 'none';
const NAMED = 'event:';

/** What the list is narrowed to: a part of the error, an event, a time. */
export function Filters() {
  const t = useText();
  const { error, event, since, until } = useBoard((state) => state.filter);
  const known = DELIVERED_EVENT_TYPES.some((name) => name === event) || typeof event !== 'string';
  const names = known ? DELIVERED_EVENT_TYPES : [event, ...DELIVERED_EVENT_TYPES];
  const choose = (value: string) =>
    narrow({ event: value === ANY ? undefined : value === NONE ? null : value.slice(NAMED.length) });
  return (
    <search class="filters" aria-label={t('filters')}>
      <label class="grow">
        <span class="hidden">{t('search')}</span>
        <input
          type="search"
          placeholder={t('search')}
          value={error}
          onInput={({ currentTarget }) => narrow({ error: currentTarget.value })}
        />
      </label>
      <select
        aria-label={t('event')}
        value={event === undefined ? ANY : event === null ? NONE : NAMED + event}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      >
        <option value={ANY}>{t('event_any')}</option>
        {names.map((name) => (
          <option key={name} value={NAMED + name}>
            {visible(name)}
          </option>
        ))}
        <option value={NONE}>{t('event_none')}</option>
      </select>
      <details class="times" open={since !== undefined || until !== undefined}>
        <summary>{t('times')}</summary>
        <div>
          <TimeField label={t('since')} at={since} onChange={(at) => narrow({ since: at })} />
          <TimeField label={t('until')} at={until} onChange={(at) => narrow({ until: at })} />
        </div>
      </details>
    </search>
  );
}

interface TimeFieldProps {
  readonly label: string;
  readonly at: number | undefined;
  readonly onChange: (at: number | undefined) => void;
}

function TimeField({ label, at, onChange }: TimeFieldProps) {
  const chosen = (value: string) => {
    const instant = new Date(value).getTime();
    onChange(Number.isNaN(instant) ? undefined : instant);
  };
  return (
    <label>
      {label}
      <input
        type="datetime-local"
        step="1"
        value={at === undefined ? '' : localTime(at)}
        onChange={({ currentTarget }) => chosen(currentTarget.value)}
      />
    </label>
  );
}

/** As the field wants it: the reader's own time, without a zone. */
function localTime(at: number): string {
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
