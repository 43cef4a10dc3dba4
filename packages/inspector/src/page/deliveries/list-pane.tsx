import { VirtualList } from '@videocloud/local-web/components';
import { duration, visible } from '@videocloud/local-web/page';
import { useCallback, useMemo } from 'preact/hooks';
import { type Filters, type Item, STATUS_FILTERS } from '../../protocol.js';
import { useText } from '../i18n/texts.js';
import { useClock } from '../state/clock.js';
import { look, placeOf, rowAt, selectAt } from '../state/list.js';
import { change, useStore } from '../state/store.js';
import { EmptyList } from './empty.js';
import { ExportMenu } from './export-menu.js';
import { verdictOf } from './verdict.js';
import { When } from './when.js';

const ROW = 58;

export function ListPane() {
  const t = useText();
  const list = useStore((store) => store.list);
  const selected = useStore((store) => store.selected);
  const webhooks = useStore(({ state }) => state?.webhooks);
  const events = useStore(({ state }) => state?.events);
  const filters = useStore((store) => store.filters);
  const { search, status, event } = filters;
  const narrow = (changed: Partial<Filters>) => change({ filters: { ...filters, ...changed } });
  const urls = useMemo(() => new Map(webhooks?.map(({ id, url }) => [id, url])), [webhooks]);
  const row = useCallback((index: number) => rowAt(list, index), [list]);

  return (
    <section class="pane list-pane" aria-label={t('deliveries')}>
      <div class="filters">
        <label class="grow">
          <span class="hidden">{t('search')}</span>
          <input
            type="search"
            placeholder={`${t('search')}: ${t('search_hint')}`}
            value={search}
            onInput={({ currentTarget }) => narrow({ search: currentTarget.value })}
          />
        </label>
        <select
          aria-label={t('filter')}
          value={status}
          onChange={({ currentTarget }) =>
            narrow({ status: STATUS_FILTERS.find((name) => name === currentTarget.value) ?? 'all' })
          }
        >
          {STATUS_FILTERS.map((name) => (
            <option key={name} value={name}>
              {t(`filter_${name}`)}
            </option>
          ))}
        </select>
        <select
          aria-label={t('event')}
          value={event}
          onChange={({ currentTarget }) => narrow({ event: currentTarget.value })}
        >
          <option value="">{t('filter_event')}</option>
          {events?.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <ExportMenu what={{ filters }} disabled={list.total === 0} />
        <output class="count">{t('of_count', { shown: list.total, all: list.all })}</output>
      </div>
      {list.total === 0 ? (
        <EmptyList />
      ) : (
        <VirtualList
          key={`${search} ${status} ${event}`}
          count={list.total}
          rowAt={row}
          indexOf={(id) => placeOf(list, id)}
          rowHeight={ROW}
          label={t('list')}
          idOf={(item) => item.id}
          selected={selected}
          onSelect={selectAt}
          onSight={look}
          row={(item) => <Row item={item} url={urls.get(item.webhookId)} />}
        />
      )}
    </section>
  );
}

function Row({ item, url }: { readonly item: Item; readonly url: string | undefined }) {
  const t = useText();
  const { event, probe, responseCode, retries, durationMs, error, webhookId } = item;
  const code = responseCode ?? (error === undefined ? '…' : (error.split(':')[0] ?? ''));
  return (
    <>
      <span class="row-line">
        <span class="row-event">{visible(event)}</span>
        <VerdictChip item={item} />
      </span>
      <span class="row-line row-more">
        <span class="row-code">{code}</span>
        <span>{probe === undefined ? t('attempt_n', { n: retries + 1 }) : t(`mode_${probe}`)}</span>
        {durationMs !== undefined && <span>{t('ms', { n: duration(durationMs) })}</span>}
        <span class="row-url">{visible(url ?? webhookId)}</span>
        <When class="row-time" at={item.timestamp} />
      </span>
    </>
  );
}

export function VerdictChip({ item }: { readonly item: Item }) {
  const t = useText();
  const underWay = useStore((store) => store.underWay.has(item.id));
  const waits = item.status === 'pending' && item.nextAttemptAt !== undefined;
  return waits ? <WaitingChip item={item} underWay={underWay} /> : chip(0);

  function chip(now: number) {
    const { tone, key, values } = verdictOf(item, now, underWay);
    return <span class={`chip ${tone}`}>{t(key, values)}</span>;
  }
}

/** Counts down, which only rows that wait need. */
function WaitingChip({ item, underWay }: { readonly item: Item; readonly underWay: boolean }) {
  const t = useText();
  const { tone, key, values } = verdictOf(item, useClock(), underWay);
  return <span class={`chip ${tone}`}>{t(key, values)}</span>;
}
