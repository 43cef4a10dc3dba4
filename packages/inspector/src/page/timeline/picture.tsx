import { dateTime, span } from '@videocloud/local-web/page';
import type { DeliveryView } from '../../protocol.js';
import { useText } from '../i18n/texts.js';
import { useClock } from '../state/clock.js';
import { useStore } from '../state/store.js';
import { type Point, placeOf, pointsOf } from './picture-points.js';

/** A delivery's attempts on a time axis. The list below it holds the same for screen readers. */
export function SchedulePicture({ detail }: { readonly detail: DeliveryView }) {
  const t = useText();
  const language = useStore((store) => store.language);
  const schedule = useStore(({ state }) => state?.schedule ?? []);
  const points = pointsOf(detail, schedule);
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return null;
  const made = detail.attempts.length;
  const summary = t('picture', { made, all: points.length, time: span(last.after) });
  return (
    <div class="picture" role="img" aria-label={summary}>
      <div class="axis">
        <Now start={first.at} length={last.after} />
        {points.map((point) => (
          <span
            key={point.number}
            class={`point ${point.kind}`}
            style={{ left: `${point.place}%` }}
            title={`${t('attempt', { n: point.number })}: ${dateTime(point.at, language)}`}
          >
            <i>{SIGN[point.kind] ?? point.number}</i>
            <small>{point.after === 0 ? '0' : span(point.after)}</small>
          </span>
        ))}
      </div>
    </div>
  );
}

// Never by color alone.
const SIGN: Readonly<Partial<Record<Point['kind'], string>>> = { done: '✓', failed: '✗', end: '■' };

/** The sender's time on the axis, while it is on it. */
function Now({ start, length }: { readonly start: number; readonly length: number }) {
  const after = useClock() - start;
  if (after < 0 || after > length) return null;
  return <span class="now" style={{ left: `${placeOf(after, length)}%` }} />;
}
