// Keys of the page: each presses a button or moves the focus, so that none does what the page does not show.
import { isForField } from '@videocloud/local-web/components';
import { change, store, TABS } from '../state/store.js';

/** The keys by what they do; each has a text `key_…`. */
export const KEYS = [
  ['?', 'help'],
  ['/', 'search'],
  ['1–4', 'tabs'],
  ['j', 'older'],
  ['k', 'newer'],
  ['n', 'next'],
  ['e', 'end'],
  ['m', 'minute'],
  ['h', 'hour'],
  ['r', 'resend'],
  ['f', 'find'],
  ['Esc', 'close'],
] as const;

const OFF = 'keys-off';

/** Whether single keys work: readers who speak or whose hands shake can switch them off. */
export function keysOn(): boolean {
  try {
    return localStorage.getItem(OFF) === null;
  } catch {
    return true;
  }
}

/** Switches single keys on or off, for this browser. */
export function setKeysOn(on: boolean): void {
  try {
    if (on) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, '1');
  } catch {
    // A browser without storage: the choice lasts as long as the page.
  }
}

/** Follows the keys of the page. */
export function followKeys(): void {
  document.addEventListener('keydown', (event) => {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isForField(event)) return;
    if (key === '?') return change({ help: true });
    if (keysOn() && press(key)) event.preventDefault();
  });
}

function press(key: string): boolean {
  const tab = /^[1-9]$/.test(key) ? TABS[Number(key) - 1] : undefined;
  if (tab !== undefined) change({ tab });
  else if (key === '/') return focus('input[type="search"]');
  else if (key === 'j' || key === 'k') step(key === 'j' ? 1 : -1);
  else return click(`[data-key="${CSS.escape(key)}"]`);
  return true;
}

function focus(selector: string): boolean {
  change({ tab: 'deliveries' });
  // The tab may have to be drawn first.
  requestAnimationFrame(() => document.querySelector<HTMLElement>(selector)?.focus());
  return true;
}

function click(selector: string): boolean {
  const button = document.querySelector<HTMLButtonElement>(`${selector}:not(:disabled)`);
  button?.click();
  return button !== null;
}

/** The list itself moves the choice. */
function step(by: number): void {
  if (store().tab !== 'deliveries') change({ tab: 'deliveries' });
  const key = by > 0 ? 'ArrowDown' : 'ArrowUp';
  document.querySelector('.rows')?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
}
