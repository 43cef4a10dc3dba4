import { fromBase64, span, visible } from '@videocloud/local-web/page';
import { useEffect, useState } from 'preact/hooks';
import type { AttemptView, DeliveryView, FindingCode, Why } from '../../protocol.js';
import { isForgery } from '../deliveries/verdict.js';
import { useText } from '../i18n/texts.js';
import { post, quietly } from '../state/api.js';
import { useStore } from '../state/store.js';
import { CodeHint } from './code-hint.js';
import { DoctorForm } from './doctor-form.js';
import { FindMistake } from './find-mistake.js';
import { FindingLine } from './finding.js';
import { Verbatim } from './verbatim.js';

interface WhyProps {
  readonly detail: DeliveryView;
  readonly attempt: AttemptView | undefined;
}

// The receiver refused what was right: what it did itself can be found out.
const OPEN: ReadonlySet<FindingCode> = new Set([
  'genuine',
  'access_denied',
  'signed_before_rotation',
  'signature_stripped',
]);

/** Why an attempt failed, and what happens next. */
export function WhyPanel({ detail, attempt }: WhyProps) {
  const t = useText();
  if (attempt === undefined || (attempt.error === undefined && !isForgery(detail.probe))) return null;
  return (
    <section class="part why warned" aria-label={t('why')}>
      <h3>{t('why')}</h3>
      <Reason key={`${detail.id}/${attempt.number}`} detail={detail} attempt={attempt} />
      {detail.probe === undefined && <Schedule detail={detail} />}
    </section>
  );
}

function Reason({ detail, attempt }: { readonly detail: DeliveryView; readonly attempt: AttemptView }) {
  const t = useText();
  const [found, setFound] = useState<Why>();
  const ask = async (more: object) => {
    const path = `/deliveries/${encodeURIComponent(detail.id)}/why`;
    setFound(await post<Why>(path, { attempt: attempt.number, ...more }));
  };
  useEffect(() => quietly(ask({})), []);
  if (found === undefined) return null;
  const { finding, answerCode, framework, survivesReserializing } = found;
  const open = finding !== undefined && OPEN.has(finding.code);
  return (
    <>
      {answerCode !== undefined && <p>{t('why_code', { code: visible(answerCode) })}</p>}
      {finding !== undefined && <FindingLine finding={finding} />}
      {attempt.response === undefined && attempt.error !== undefined && <Original text={attempt.error.message} />}
      {finding !== undefined && <CodeHint finding={finding.code} framework={framework} />}
      {open && survivesReserializing && <p>{t('why_survives')}</p>}
      {open && <FindMistake deliveryId={detail.id} attempt={attempt.number} framework={framework} />}
      {open && <DoctorForm found={found} sent={fromBase64(detail.body).length} ask={ask} />}
    </>
  );
}

/** The words of the network, which are English. */
function Original({ text }: { readonly text: string }) {
  const language = useStore((store) => store.language);
  return language === 'en' ? <p class="help">{visible(text)}</p> : <Verbatim text={text} />;
}

/** Where the delivery stands on the schedule, and what `failed` means. */
function Schedule({ detail }: { readonly detail: DeliveryView }) {
  const t = useText();
  const schedule = useStore(({ state }) => state?.schedule ?? []);
  const made = detail.attempts.length;
  return (
    <>
      <p>{t('why_schedule')}</p>
      <ol class="schedule">
        {schedule.map((delay, index) => (
          <li key={index} class={index + 1 < made ? 'past' : index + 1 === made ? 'due' : ''}>
            {t('schedule_step', { n: index + 2, time: span(delay) })}
          </li>
        ))}
      </ol>
      <p class="help">{t('why_exhausted', { n: schedule.length + 1 })}</p>
    </>
  );
}
