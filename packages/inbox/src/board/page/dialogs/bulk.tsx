import { visible } from '@videocloud/local-web/page';
import { useEffect, useState } from 'preact/hooks';
import type { CountView } from '../../protocol.js';
import { count, many } from '../state/actions.js';
import { shown } from '../state/api.js';
import { type Bulk, type Filter, useBoard } from '../state/store.js';
import { moment, number, type Text, useText } from '../texts/texts.js';
import { closeDialog, Modal } from './modal.js';

interface BulkDialogProps {
  readonly bulk: Bulk;
  readonly filter: Filter;
}

/** Counts what matches, and asks before all of it is retried or discarded. */
export function BulkDialog({ bulk, filter }: BulkDialogProps) {
  const t = useText();
  const language = useBoard((state) => state.language);
  const [counted, setCounted] = useState<CountView>();
  const [perSecond, setPerSecond] = useState('');
  useEffect(() => {
    let open = true;
    const onPart = (part: CountView) => {
      if (open) setCounted(part);
      return open;
    };
    // A count that failed leaves nothing to agree to.
    void shown(
      count(filter, onPart).catch((error: unknown) => {
        if (open) closeDialog();
        throw error;
      }),
    );
    return () => {
      open = false;
    };
  }, []);
  const ready = counted !== undefined && counted.nextCursor === undefined;
  const n = number(counted?.count ?? 0, language);
  const go = () => {
    if (!ready) return;
    closeDialog();
    void shown(many(bulk, filter, counted, perSecond));
  };
  return (
    <Modal title={t(`${bulk}_title`)}>
      <p class="big-count" role="status">
        <strong>{n}</strong> <span>{t(ready ? 'counted' : 'counting')}</span>
      </p>
      <ul class="conditions">
        {conditionsOf(filter, t, (at) => moment(at, language)).map((text) => (
          <li key={text} class="chip">
            {text}
          </li>
        ))}
      </ul>
      {ready && counted.count === 0 && <p>{t('nothing_matches')}</p>}
      <p class="help">
        {t(`${bulk}_help`)}{' '}
        {ready && filter.until === undefined && t('bound', { time: moment(counted.until, language) })}
      </p>
      {bulk === 'retry' && (
        <label>
          {t('per_second')}
          <input
            type="number"
            min="1"
            max="1000000"
            step="1"
            value={perSecond}
            onInput={({ currentTarget }) => setPerSecond(currentTarget.value)}
          />
        </label>
      )}
      <div class="actions">
        <button
          type="button"
          class={bulk === 'retry' ? 'primary' : 'danger'}
          disabled={!ready || counted.count === 0}
          onClick={go}
        >
          {t(`${bulk}_n`, { n })}
        </button>
        <button type="button" onClick={closeDialog}>
          {t('cancel')}
        </button>
      </div>
    </Modal>
  );
}

function conditionsOf({ state, event, error, since, until }: Filter, t: Text, when: (at: number) => string): string[] {
  return [
    t(`state_${state ?? 'all'}`),
    ...(event === undefined ? [] : [event === null ? t('event_none') : visible(event)]),
    ...(error === '' ? [] : [`${t('search')}: ${visible(error)}`]),
    ...(since === undefined ? [] : [`${t('since')} ${when(since)}`]),
    ...(until === undefined ? [] : [`${t('until')} ${when(until)}`]),
  ];
}
