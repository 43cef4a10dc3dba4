import { usage } from '../failure.js';
import { fromCurl } from './curl.js';
import { decodeUtf8 } from './utf8.js';

/** A delivery as somebody captured it. */
export interface Captured {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** What it was found in: a bare body has no headers. */
  readonly form: 'body' | 'http' | 'curl' | 'har' | 'ndjson';
}

/** Reads a delivery from a bare body, raw HTTP, a curl command, a HAR file, or the log lines of `listen --json`. */
export function readCaptured(bytes: Uint8Array, raw: boolean): Captured {
  const bare: Captured = { body: bytes, headers: {}, form: 'body' };
  if (raw) return bare;
  const start = Buffer.from(bytes.subarray(0, 4_096)).toString('latin1');
  if (/^[A-Z]{3,10} \S+ HTTP\/\d/.test(start)) return fromHttp(Buffer.from(bytes));
  const text = decodeUtf8(bytes);
  if (text === undefined) return bare;
  if (/^\s*(?:\$ )?curl\s/.test(text)) return { ...fromCurl(text), form: 'curl' };
  if (!text.trimStart().startsWith('{')) return bare;
  return fromHar(text) ?? fromLog(text) ?? bare;
}

function fromHttp(bytes: Buffer): Captured {
  const blank = /\r?\n\r?\n/.exec(bytes.toString('latin1'));
  if (blank === null) throw usage('the captured request has no blank line between its headers and its body');
  const headers: Record<string, string> = {};
  for (const line of bytes.subarray(0, blank.index).toString('latin1').split(/\r?\n/).slice(1)) {
    const colon = line.indexOf(':');
    if (colon < 1) throw usage('the captured request has a header line without a colon');
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return { body: bytes.subarray(blank.index + blank[0].length), headers, form: 'http' };
}

interface HarPost {
  log: {
    entries: {
      request: { headers?: { name: string; value: string }[]; postData?: { text?: string; encoding?: string } };
    }[];
  };
}

function fromHar(text: string): Captured | undefined {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || !('log' in value)) return undefined;
  const entries = (value as Partial<HarPost>).log?.entries;
  if (!Array.isArray(entries)) return undefined;
  const request = entries
    .map((entry) => entry?.request)
    .find((candidate) => typeof candidate?.postData?.text === 'string');
  if (request === undefined) throw usage('the HAR file has no request with a body');
  const headers = (request.headers ?? []).map(
    ({ name, value: content }) => [String(name).toLowerCase(), String(content)] as const,
  );
  const body = Buffer.from(request.postData?.text ?? '', request.postData?.encoding === 'base64' ? 'base64' : 'utf8');
  return { body, headers: Object.fromEntries(headers), form: 'har' };
}

/** The last request of a log of `listen --json`. */
function fromLog(text: string): Captured | undefined {
  const value = parsed(text.trim().split('\n').at(-1) ?? '') as { bodyBase64?: unknown; headers?: unknown } | undefined;
  if (typeof value !== 'object' || value === null || typeof value.bodyBase64 !== 'string') return undefined;
  const headers = typeof value.headers === 'object' && value.headers !== null ? value.headers : {};
  const pairs = Object.entries(headers).flatMap(([name, content]) =>
    typeof content === 'string' ? [[name, content]] : [],
  );
  return { body: Buffer.from(value.bodyBase64, 'base64'), headers: Object.fromEntries(pairs), form: 'ndjson' };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
