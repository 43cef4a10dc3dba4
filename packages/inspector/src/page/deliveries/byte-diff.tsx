import { bytesAround, firstDifference, fromBase64 } from '@videocloud/local-web/page';
import type { DeliveryView } from '../../protocol.js';
import { useText } from '../i18n/texts.js';

/** Where the delivered bytes differ from the signed ones, where the sender knows both. */
export function ByteDiff({ detail, sent }: { readonly detail: DeliveryView; readonly sent: Uint8Array }) {
  const t = useText();
  if (detail.signedBody === undefined) return null;
  const signed = fromBase64(detail.signedBody);
  const offset = firstDifference(signed, sent);
  if (offset === undefined) return null;
  return (
    <section class="part byte-diff" aria-label={t('diff')}>
      <h3>{t('diff')}</h3>
      <p>{t('diff_at', { n: offset + 1, signed: signed.length, sent: sent.length })}</p>
      <BytePair offset={offset} one={[t('diff_signed'), signed]} other={[t('diff_sent'), sent]} />
    </section>
  );
}

type Named = readonly [name: string, bytes: Uint8Array];

interface BytePairProps {
  readonly offset: number;
  readonly one: Named;
  readonly other: Named;
}

/** Two bodies around the byte in which they differ. */
export function BytePair({ offset, one, other }: BytePairProps) {
  return (
    <dl>
      {[one, other].map(([name, bytes], index) => (
        <DiffLines key={index} name={name} bytes={bytes} offset={offset} />
      ))}
    </dl>
  );
}

interface DiffLinesProps {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly offset: number;
}

/** The bytes around the difference, as text and below it as hexadecimal digits. */
function DiffLines({ name, bytes, offset }: DiffLinesProps) {
  const t = useText();
  const { text, hex } = bytesAround(bytes, offset);
  return (
    <>
      <dt>{name}</dt>
      {[text, hex].map(([before, at, after], index) => (
        <dd key={index}>
          <code>
            {before}
            {index === 1 && before !== '' && ' '}
            <mark>{at === '' ? t('diff_end') : at}</mark>
            {index === 1 && after !== '' && ' '}
            {after}
          </code>
        </dd>
      ))}
    </>
  );
}
