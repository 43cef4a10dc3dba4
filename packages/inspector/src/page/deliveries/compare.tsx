import { firstDifference, fromBase64, time, visible } from '@videocloud/local-web/page';
import { useEffect, useState } from 'preact/hooks';
import type { AttemptView, DeliveryView, Item, ListPart } from '../../protocol.js';
import { useText } from '../i18n/texts.js';
import { get, quietly } from '../state/api.js';
import { change, useStore } from '../state/store.js';
import { BytePair } from './byte-diff.js';
import { differingLines } from './compare-lines.js';

interface CompareProps {
  readonly detail: DeliveryView;
  readonly attempt: AttemptView;
  /** `delivery/attempt` of the other one; empty while none is chosen. */
  readonly compared: string;
}

// Deliveries that are offered; a link may name any other.
const OFFERED = 50;

/** An attempt beside another one, of this delivery or of another. */
export function Compare({ detail, attempt, compared }: CompareProps) {
  const t = useText();
  const language = useStore((store) => store.language);
  const [id = '', number] = compared.split('/');
  const [loaded, setLoaded] = useState<DeliveryView>();
  const [latest, setLatest] = useState<readonly Item[]>([]);
  const others = latest.filter((item) => item.id !== detail.id);
  useEffect(() => {
    quietly(get<ListPart>(`/deliveries?limit=${OFFERED}`).then(({ items }) => setLatest(items)));
  }, [detail]);
  useEffect(() => {
    if (id === '' || id === detail.id) return;
    let current = true;
    get<DeliveryView>(`/deliveries/${encodeURIComponent(id)}`).then(
      (found) => current && setLoaded(found),
      () => current && change({ compared: '' }),
    );
    return () => {
      current = false;
    };
  }, [id, detail.id]);
  const other = id === detail.id ? detail : loaded?.id === id ? loaded : undefined;
  const theirs = other?.attempts.find((one) => String(one.number) === number) ?? other?.attempts.at(-1);
  const listed = others.some((item) => item.id === id);
  return (
    <section class="part byte-diff" aria-label={t('compare')}>
      <h3>{t('compare')}</h3>
      <label>
        {t('compare_with')}{' '}
        <select value={compared} onChange={({ currentTarget }) => change({ compared: currentTarget.value })}>
          <option value="">{t('compare_choose')}</option>
          <optgroup label={t('compare_attempts')}>
            {detail.attempts
              .filter((one) => one.number !== attempt.number)
              .map((one) => (
                <option key={one.number} value={`${detail.id}/${one.number}`}>
                  {t('attempt', { n: one.number })}
                </option>
              ))}
          </optgroup>
          <optgroup label={t('compare_deliveries')}>
            {id !== '' && id !== detail.id && (!listed || number !== undefined) && (
              <option value={compared}>{visible(compared)}</option>
            )}
            {others.map((item) => (
              <option key={item.id} value={item.id}>
                {visible(item.event)} · {time(item.timestamp, language)} · {item.id}
              </option>
            ))}
          </optgroup>
        </select>
      </label>
      {other !== undefined && theirs !== undefined && (
        <>
          <Bodies title={t('compare_body')} here={fromBase64(detail.body)} there={fromBase64(other.body)} />
          <Lines here={attempt} there={theirs} />
          <Bodies title={t('compare_answer')} here={answerOf(attempt)} there={answerOf(theirs)} />
        </>
      )}
    </section>
  );
}

const answerOf = ({ response }: AttemptView): Uint8Array => fromBase64(response?.body ?? '');

interface BodiesProps {
  readonly title: string;
  readonly here: Uint8Array;
  readonly there: Uint8Array;
}

function Bodies({ title, here, there }: BodiesProps) {
  const t = useText();
  const offset = firstDifference(here, there);
  return (
    <>
      <h4>{title}</h4>
      {offset === undefined ? (
        <p>{t('compare_same', { n: here.length })}</p>
      ) : (
        <>
          <p>{t('compare_at', { n: offset + 1, here: here.length, there: there.length })}</p>
          <BytePair offset={offset} one={[t('compare_here'), here]} other={[t('compare_there'), there]} />
        </>
      )}
    </>
  );
}

function Lines({ here, there }: { readonly here: AttemptView; readonly there: AttemptView }) {
  const t = useText();
  const lines = differingLines(here, there);
  if (lines.length === 0) return <p>{t('compare_no_lines')}</p>;
  return (
    <table class="headers">
      <caption>{t('compare_lines')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('compare_name')}</th>
          <th scope="col">{t('compare_here')}</th>
          <th scope="col">{t('compare_there')}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ name, here: mine, there: theirs }) => (
          <tr key={name}>
            <th scope="row">{visible(name)}</th>
            <td>{visible(mine ?? '–')}</td>
            <td>{visible(theirs ?? '–')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
