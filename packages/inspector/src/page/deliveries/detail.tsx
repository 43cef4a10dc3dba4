import { isForField } from '@videocloud/local-web/components';
import { fromBase64, visible } from '@videocloud/local-web/page';
import { useEffect, useRef, useState } from 'preact/hooks';
import { curlOf, triggerOf } from '../../commands.js';
import type { DeliveryView } from '../../protocol.js';
import { copy } from '../copy.js';
import { useText } from '../i18n/texts.js';
import { addressOf } from '../state/address.js';
import { get, post, quietly } from '../state/api.js';
import { change, notify, store, useStore } from '../state/store.js';
import { Timeline } from '../timeline/timeline.js';
import { WhyPanel } from '../why/why.js';
import { AttemptPanel } from './attempt.js';
import { ByteDiff } from './byte-diff.js';
import { Compare } from './compare.js';
import { EditResend } from './edit.js';
import { ExportMenu } from './export-menu.js';
import { VerdictChip } from './list-pane.js';

export function DetailPane() {
  const t = useText();
  const selected = useStore((store) => store.selected);
  const movedOn = useStore((store) => store.movedOn);
  const [detail, setDetail] = useState<DeliveryView>();

  useEffect(() => {
    if (selected === undefined) return setDetail(undefined);
    let current = true;
    get<DeliveryView>(`/deliveries/${encodeURIComponent(selected)}`).then(
      (found) => current && setDetail(found),
      // The notice is shown already. A restarted sender no longer has this delivery.
      () => current && change({ selected: undefined }),
    );
    return () => {
      current = false;
    };
  }, [selected, movedOn]);

  if (selected === undefined || detail === undefined || detail.id !== selected) {
    return (
      <section class="pane detail-pane nothing" aria-label={t('request')}>
        <p class="empty">{t('detail_none')}</p>
      </section>
    );
  }
  return <DetailView key={detail.id} detail={detail} />;
}

function close(): void {
  change({ selected: undefined });
  document.querySelector<HTMLElement>('.rows')?.focus();
}

function DetailView({ detail }: { readonly detail: DeliveryView }) {
  const t = useText();
  const chosen = useStore((store) => store.attempt);
  const compared = useStore((store) => store.compared);
  const [editing, setEditing] = useState(false);
  const attempt = detail.attempts.find(({ number }) => number === chosen) ?? detail.attempts.at(-1);
  const body = fromBase64(detail.body);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // On a small screen the detail covers the list: the keyboard goes along.
    if (matchMedia('(max-width: 59.99rem)').matches) heading.current?.focus();
    const onKey = (event: KeyboardEvent) => {
      // In a field it may be meant for the field, and what was typed there would be lost.
      if (event.key === 'Escape' && !isForField(event)) close();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  const resend = async () => {
    await post(`/deliveries/${encodeURIComponent(detail.id)}/resend`);
    notify('good', t('sent_one'));
  };
  return (
    <section class="pane detail-pane" aria-label={detail.id}>
      <header class="detail-head">
        <h2 ref={heading} tabIndex={-1}>
          {visible(detail.event)}
        </h2>
        <VerdictChip item={detail} />
        <code class="detail-id">{detail.id}</code>
        <button type="button" class="quiet close" onClick={close}>
          {t('close')}
        </button>
      </header>
      <div class="actions">
        {detail.probe === undefined && (
          <button type="button" data-key="r" aria-keyshortcuts="r" onClick={() => quietly(resend())}>
            {t('resend')}
          </button>
        )}
        <button type="button" aria-expanded={editing} onClick={() => setEditing(!editing)}>
          {t('edit_resend')}
        </button>
        <button
          type="button"
          aria-expanded={compared !== undefined}
          onClick={() => change({ compared: compared === undefined ? '' : undefined })}
        >
          {t('compare')}
        </button>
        <button type="button" onClick={() => quietly(copy(new URL(addressOf(store()), location.href).href))}>
          {t('copy_link')}
        </button>
        {attempt !== undefined && (
          <>
            <button type="button" onClick={() => quietly(copy(curlOf(attempt, detail.body, body)))}>
              {t('copy_curl')}
            </button>
            <button type="button" onClick={() => quietly(copy(triggerOf(detail, attempt)))}>
              {t('copy_trigger')}
            </button>
            <ExportMenu what={{ ids: [detail.id] }} />
          </>
        )}
      </div>
      {editing && <EditResend detail={detail} onDone={() => setEditing(false)} />}
      {compared !== undefined && attempt !== undefined && (
        <Compare detail={detail} attempt={attempt} compared={compared} />
      )}
      <Timeline detail={detail} chosen={attempt?.number} onChoose={(number) => change({ attempt: number })} />
      <WhyPanel detail={detail} attempt={attempt} />
      <ByteDiff detail={detail} sent={body} />
      {attempt !== undefined && <AttemptPanel attempt={attempt} body={body} />}
    </section>
  );
}
