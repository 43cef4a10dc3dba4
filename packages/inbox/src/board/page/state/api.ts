import { type RefusalCode, WRITE_HEADER } from '../../protocol.js';
import { en } from '../texts/en.js';
import { textsOf } from '../texts/texts.js';
import { base, board, notify } from './store.js';

/** What the server refused; or it gave no answer, and what was asked for may still be done. */
type CallErrorCode = RefusalCode | 'network' | 'unknown_end';

/** Why a call failed. */
export class CallError extends Error {
  readonly code: CallErrorCode;
  constructor(code: CallErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

async function call<T>(method: 'GET' | 'POST', path: string, query: URLSearchParams): Promise<T> {
  const text = query.toString();
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(`${base}/api/${path}${text === '' ? '' : `?${text}`}`, {
      method,
      ...(method === 'POST' && { headers: { [WRITE_HEADER]: '1' } }),
    });
    answer = await response.json();
  } catch {
    throw new CallError('network', '');
  }
  if (response.ok) return answer as T;
  const { code, message = '' } = (answer as { error?: { code?: string; message?: string } }).error ?? {};
  throw new CallError(isRefusalCode(code) ? code : 'fault', message);
}

const isRefusalCode = (code: string | undefined): code is RefusalCode => code !== undefined && `error_${code}` in en;

/** Reads from the page's server; throws CallError. */
export const read = <T>(path: string, query = new URLSearchParams()): Promise<T> => call<T>('GET', path, query);

/** Changes something; throws CallError. */
export const write = <T>(path: string, query = new URLSearchParams()): Promise<T> => call<T>('POST', path, query);

/** Keeps how the reader wants the page; when that fails, it holds until the page is left. */
export function remember(choice: Readonly<Record<string, string>>): void {
  write('preferences', new URLSearchParams(choice)).catch(() => undefined);
}

/** Shows why a call failed, and resolves. */
export async function shown(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const { language } = board.get();
    const code = error instanceof CallError ? error.code : 'fault';
    const original = error instanceof CallError && code === 'invalid_parameter' ? error.message : undefined;
    notify('bad', textsOf(language)(`error_${code}`), original);
  }
}
