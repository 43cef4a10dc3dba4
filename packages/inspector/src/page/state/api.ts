import { type Refused, refusalIn } from './refusal.js';
import { notify, store } from './store.js';

interface Refusal {
  readonly error?: Refused;
}

/** One call of the page's server; a refusal is said on the page and thrown. */
export async function call<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`/api${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) return refuse(response);
  return (await response.json().catch(() => ({}))) as T;
}

/** Shows the refusal of an answer, and throws it. */
export async function refuse(response: Response): Promise<never> {
  const answer = (await response.json().catch(() => ({}))) as Refusal;
  const { text, original } = refusalIn(store().language, answer.error ?? { message: `HTTP ${response.status}` });
  notify('bad', text, original);
  throw new Error(text);
}

export const get = <T>(path: string): Promise<T> => call<T>('GET', path);
export const post = <T>(path: string, body: object = {}): Promise<T> => call<T>('POST', path, body);

/** A call whose refusal was said already. */
export function quietly(work: Promise<unknown>): void {
  work.catch(() => undefined);
}
