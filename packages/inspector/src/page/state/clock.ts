import { useEffect, useState } from 'preact/hooks';
import type { ClockView } from '../../protocol.js';
import { useStore } from './store.js';

// When the page learned of each reading of the sender's clock: between readings it flows with this one's.
const learned = new WeakMap<ClockView, number>();

export function clockNow(clock: ClockView | undefined): number {
  if (clock === undefined) return Date.now();
  let at = learned.get(clock);
  if (at === undefined) {
    at = performance.now();
    learned.set(clock, at);
  }
  return clock.now + (clock.flowing ? performance.now() - at : 0);
}

/** The sender's time, drawn again every second, or as often as given. */
export function useClock(everyMs = 1_000): number {
  const clock = useStore(({ state }) => state?.clock);
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), everyMs);
    return () => clearInterval(timer);
  }, []);
  return clockNow(clock);
}
