import { VirtualList } from '@videocloud/local-web/components';
import { span, visible } from '@videocloud/local-web/page';
import { useCallback } from 'preact/hooks';
import { DISCARDABLE, RETRYABLE } from '../../../policy.js';
import type { InboxRecordInfo } from '../../../records/types.js';
import { clearFilter, select, turn } from '../state/actions.js';
import { shown } from '../state/api.js';
import { reload } from '../state/load.js';
import { type Bulk, board, type Filter, readOnly, useBoard } from '../state/store.js';
import { moment, useText } from '../texts/texts.js';
import { Filters } from './filters.js';

const ROW = 58;
/** Of a long error a row shows the beginning. */
const ROW_ERROR = 160;

/** One page of the records that match the filter. */
export function ListPane() {
  const t = useText();
  const page = useBoard((state) => state.page);
  const filter = useBoard((state) => state.filter);
  const selected = useBoard((state) => state.selected);
  const first = useBoard((state) => state.cursors.length === 1);
  const rowAt = useCallback((index: number) => page?.items[index], [page]);
  return (
    <section class="pane list-pane" aria-label={t('list')}>
      <Filters />
      <div class="list-actions">
        {!readOnly && <BulkButtons filter={filter} any={page !== undefined && page.items.length > 0} />}
        <button type="button" class="quiet" onClick={() => void shown(reload())}>
          {t('refresh')}
        </button>
      </div>
      {page === undefined ? (
        <p class="loading">{t('loading')}</p>
      ) : page.items.length === 0 && first ? (
        <Empty filter={filter} />
      ) : (
        <VirtualList
          count={page.items.length}
          rowAt={rowAt}
          indexOf={(id) => page.items.findIndex((item) => item.id === id)}
          rowHeight={ROW}
          label={t('list')}
          idOf={(item) => item.id}
          selected={selected}
          onSelect={(index) => select(page.items[index]?.id)}
          row={(item) => <Row item={item} />}
        />
      )}
      <Pager />
    </section>
  );
}

function BulkButtons({ filter, any }: { readonly filter: Filter; readonly any: boolean }) {
  const t = useText();
  const open = (bulk: Bulk) => board.change({ dialog: { kind: 'bulk', bulk, filter } });
  const { state } = filter;
  return (
    <>
      {state !== undefined && RETRYABLE.includes(state) && (
        <button type="button" class="primary" disabled={!any} onClick={() => open('retry')}>
          {t('retry_all')}
        </button>
      )}
      {state !== undefined && DISCARDABLE.includes(state) && (
        <button type="button" disabled={!any} onClick={() => open('discard')}>
          {t('discard_all')}
        </button>
      )}
    </>
  );
}

function Empty({ filter }: { readonly filter: Filter }) {
  const t = useText();
  const { state, event, error, since, until } = filter;
  const narrowed = event !== undefined || error !== '' || since !== undefined || until !== undefined;
  return (
    <div class="empty">
      <p>{t(narrowed ? 'none' : state === 'dead' ? 'empty_dead' : 'empty')}</p>
      {narrowed && (
        <button type="button" onClick={clearFilter}>
          {t('clear')}
        </button>
      )}
    </div>
  );
}

function Pager() {
  const t = useText();
  const at = useBoard((state) => state.cursors.length);
  const more = useBoard((state) => state.page?.nextCursor !== undefined);
  return (
    <nav class="pager" aria-label={t('pages')}>
      <button type="button" disabled={at === 1} onClick={() => turn('previous')}>
        ← {t('previous')}
      </button>
      <output class="count">{t('page', { n: at })}</output>
      <button type="button" disabled={!more} onClick={() => turn('next')}>
        {t('next')} →
      </button>
    </nav>
  );
}

function Row({ item }: { readonly item: InboxRecordInfo }) {
  const t = useText();
  const language = useBoard((state) => state.language);
  const { event, attempts, error, acceptedAt, settledAt, dueAt } = item;
  const at = settledAt ?? acceptedAt;
  const wait = dueAt === null ? undefined : dueAt - Date.now();
  return (
    <>
      <span class="row-line">
        <span class={event === null ? 'row-event row-odd' : 'row-event'}>
          {event === null ? t('no_event') : visible(event)}
        </span>
        {item.reason === null ? <StateChip item={item} /> : <span class="chip bad row-reason">{item.reason}</span>}
      </span>
      <span class="row-line row-more">
        <span>{t('attempts', { n: attempts })}</span>
        <span class="row-error">{visible((error ?? '').slice(0, ROW_ERROR))}</span>
        <span class="row-time">
          {wait !== undefined ? (
            wait > 0 ? (
              t('due_in', { time: span(wait) })
            ) : (
              t('due_now')
            )
          ) : (
            <time dateTime={new Date(at).toISOString()}>{moment(at, language)}</time>
          )}
        </span>
      </span>
    </>
  );
}

const TONES = { dead: 'bad', running: 'good', retrying: 'warn', waiting: '', handled: 'good' } as const;

export function StateChip({ item }: { readonly item: InboxRecordInfo }) {
  const t = useText();
  return <span class={`chip ${TONES[item.state]}`}>{t(`is_${item.state}`)}</span>;
}
