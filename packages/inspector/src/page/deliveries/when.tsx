import { dateTime, relative, time } from '@videocloud/local-web/page';
import { useClock } from '../state/clock.js';
import { useStore } from '../state/store.js';

// Often enough for minutes, and rarely enough for a list in sight.
const EVERY_MS = 10_000;

/** A time of the sender's clock: the time of day and how long ago; date and zone on demand. */
export function When({ at, class: name }: { readonly at: string; readonly class?: string }) {
  const language = useStore((store) => store.language);
  const now = useClock(EVERY_MS);
  const ms = Date.parse(at);
  return (
    <time class={name} dateTime={at} title={dateTime(ms, language)}>
      {time(at, language)}
      {Number.isFinite(ms) && <small> {relative(ms, now, language)}</small>}
    </time>
  );
}
