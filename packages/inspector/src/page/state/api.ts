import { textIn } from '../i18n/texts.js';
import { type Refused, refusalIn } from './refusal.js';
import { notify, store } from './store.js';

interface Refusal {
  readonly error?: Refused;
}

/** One call of the page's server; a refusal is said on the page and thrown, and so is an answer that was lost. */
export function call<T>(method: string, path: string, body?: object): Promise<T> {
  return request(method, path, body, async (response) => {
    const text = await response.text();
    return (text === '' ? {} : JSON.parse(text)) as T;
  });
}

/** As {@link call}, for an answer that is no JSON. */
export async function request<T>(
  method: string,
  path: string,
  body: object | undefined,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (response.ok) return await read(response);
  } catch (error) {
    // Of what is only read, the page says that the connection is lost.
    if (method !== 'GET') notify('bad', textIn(store().language)('no_answer'));
    throw error;
  }
  return refuse(response);
}

/** Shows the refusal of an answer, and throws it. */
async function refuse(response: Response): Promise<never> {
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
