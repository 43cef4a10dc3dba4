import { BodyView, copy } from '@videocloud/local-web/components';
import { fromBase64, visible } from '@videocloud/local-web/page';
import { useEffect, useRef } from 'preact/hooks';
import { BODY_LIMIT, type RecordView } from '../../protocol.js';
import { closeRecord, narrow, one } from '../state/actions.js';
import { addressOf } from '../state/address.js';
import { shown } from '../state/api.js';
import { board, notify, readOnly, useBoard } from '../state/store.js';
import { moment, number, useText } from '../texts/texts.js';
import { FitPanel } from './fit.js';
import { StateChip } from './list-pane.js';

/** The record that is chosen. */
export function DetailPane() {
  const t = useText();
  const selected = useBoard((state) => state.selected);
  const record = useBoard((state) => state.record);
  if (selected === undefined || record === undefined || (record !== null && record.id !== selected)) {
    return (
      <section class={`pane detail-pane${selected === undefined ? ' nothing' : ''}`} aria-label={t('record')}>
        <p class="empty">{t(selected === undefined ? 'choose' : 'loading')}</p>
      </section>
    );
  }
  if (record === null) {
    return (
      <section class="pane detail-pane" aria-label={t('record')}>
        <p class="empty">{t('gone')}</p>
        <CloseButton />
      </section>
    );
  }
  return <Detail key={record.id} record={record} />;
}

function CloseButton() {
  const t = useText();
  return (
    <button type="button" class="quiet close" onClick={closeRecord}>
      {t('close')}
    </button>
  );
}

function Detail({ record }: { readonly record: RecordView }) {
  const t = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // On a small screen the record covers the list: the keyboard goes along.
    if (matchMedia('(max-width: 59.99rem)').matches) heading.current?.focus();
  }, []);
  const { id, event, error, reason, body, size, state } = record;
  const bytes = fromBase64(body);
  return (
    <section class="pane detail-pane" aria-label={t('record')}>
      <header class="detail-head">
        <h2 ref={heading} tabIndex={-1}>
          {event === null ? t('no_event') : visible(event)}
        </h2>
        <StateChip item={record} />
        <CloseButton />
        <code class="detail-id">{visible(id)}</code>
      </header>
      <Actions record={record} />
      {reason !== null && (
        <section class="part reason" aria-label={t('reason')}>
          <h3>{t('reason')}</h3>
          <p>
            {t(`reason_${reason}`)} <code>{reason}</code>
          </p>
        </section>
      )}
      <section class="part" aria-label={t('error')}>
        <h3>{t('error')}</h3>
        {error === null ? <p class="help">{t('error_none')}</p> : <pre class="bytes error-text">{visible(error)}</pre>}
      </section>
      {state !== 'handled' && <FitPanel record={record} />}
      <Facts record={record} />
      <section class="part" aria-label={t('body')}>
        <h3>{t('body')}</h3>
        <BodyView t={t} bytes={bytes} />
        {size > BODY_LIMIT && <p class="help">{t('body_part', { n: BODY_LIMIT })}</p>}
      </section>
    </section>
  );
}

function Actions({ record: { id, state, event } }: { readonly record: RecordView }) {
  const t = useText();
  const retriable = state === 'dead' || state === 'retrying';
  return (
    <div class="actions">
      {!readOnly && retriable && (
        <button type="button" class="primary" onClick={() => void shown(one('retry', id))}>
          {t(state === 'dead' ? 'retry' : 'retry_now')}
        </button>
      )}
      {!readOnly && (retriable || state === 'waiting') && (
        <button type="button" onClick={() => board.change({ dialog: { kind: 'discard', id } })}>
          {t('discard')}
        </button>
      )}
      <button type="button" onClick={() => void copy(new URL(addressOf(board.get()), location.href).href, notify, t)}>
        {t('copy_link')}
      </button>
      <button type="button" onClick={() => narrow({ event })}>
        {t('same_event')}
      </button>
    </div>
  );
}

function Facts({ record }: { readonly record: RecordView }) {
  const t = useText();
  const language = useBoard((state) => state.language);
  const { attempts, acceptedAt, dueAt, settledAt, size, secretIndex, state } = record;
  const when = (at: number) => <time dateTime={new Date(at).toISOString()}>{moment(at, language)}</time>;
  return (
    <section class="part" aria-label={t('facts')}>
      <h3>{t('facts')}</h3>
      <dl class="facts">
        <Fact name={t('fact_attempts')}>{attempts}</Fact>
        <Fact name={t('fact_accepted')}>{when(acceptedAt)}</Fact>
        {dueAt !== null && <Fact name={t('fact_due')}>{when(dueAt)}</Fact>}
        {settledAt !== null && (
          <Fact name={t(state === 'dead' ? 'fact_settled_dead' : 'fact_settled_handled')}>{when(settledAt)}</Fact>
        )}
        <Fact name={t('fact_size')}>{t('bytes', { n: number(size, language) })}</Fact>
        <Fact name={t('fact_secret')}>
          {secretIndex < 0 ? t('secret_none') : t('secret_n', { n: secretIndex + 1 })}
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
