import { decodeUtf8 } from '#runtime';
import type { Framework } from '../protocol/frameworks.js';
import { checkSignatureForm } from '../signature/header-form.js';
import type { Secret } from '../signature/secrets.js';
import type { Search } from './bounded-search.js';
import { type Cause, type CauseCode, cause } from './causes/causes.js';
import { declaredLength, type HeaderMap } from './input.js';
import { compactJson, endsEarly } from './json/reader.js';
import { scan } from './mistakes/body.js';

const MAX_LOOKED_AT = 1_048_576;
const MAX_REWRITTEN = 262_144;

interface Evidence {
  readonly bytes: Uint8Array;
  readonly signature: unknown;
  readonly secrets: readonly Secret[];
  readonly headers: HeaderMap;
  readonly framework: Framework | undefined;
}

/** What remains when no computation proved a cause: contradictions in the request, suspicions, and what was ruled out. */
export function possibleCauses(evidence: Evidence, search: Search): Cause[] {
  const { bytes, signature, secrets, headers, framework } = evidence;
  const found: Cause[] = [...contradictions(bytes, headers, framework)];
  const suspect = (code: CauseCode, detail?: string) => {
    if (!found.some((known) => known.code === code)) found.push(cause(code, 'possible', { framework, detail }));
  };
  const form = checkSignatureForm(signature);
  if (!form.ok && form.code === 'signature_malformed') suspect('signature_malformed');
  const text = textOf(bytes);
  if (text?.trim() === '' || text === '{}' || text === 'null' || text === 'undefined') {
    suspect('body_empty', text.trim() === '' ? undefined : 'It is what an empty value turns into.');
  }
  if (text !== undefined && /^\[object \w+\]$/.test(text)) suspect('body_already_parsed');
  if (text !== undefined && looksCut(text)) suspect('body_truncated', 'It ends in the middle of a JSON value.');
  if (text?.includes('\ufffd')) suspect('body_charset_changed', 'It holds replacement characters (U+FFFD).');
  const texts = secrets.map((secret) => (typeof secret === 'string' ? secret : (textOf(secret) ?? '')));
  if (texts.some((secret) => /^whk_\w+$/.test(secret.trim())))
    suspect('secret_is_webhook_id', 'The secret has the form of one.');
  if (texts.some((secret) => /^(?:your|new)_webhook_secret$/.test(secret))) {
    suspect('secret_placeholder', 'The receiver has it.');
  }
  suspect('secret_wrong', ruledOut(search, bytes.length));
  if (text !== undefined && isRewritten(text)) {
    suspect(
      'body_reserialized',
      'Not proven here: the body is exactly what JSON.stringify writes, and duplicate names, very long numbers and mixed escapes cannot be won back from that.',
    );
  }
  return found;
}

/** Compares the body's length with the declared one. */
function contradictions(bytes: Uint8Array, headers: HeaderMap, framework: Framework | undefined): Cause[] {
  const declared = declaredLength(headers);
  if (declared === undefined || declared === bytes.length) return [];
  const lengths = `${bytes.length} bytes are here, Content-Length says ${declared}.`;
  const encoded = headers.get('content-encoding');
  if (encoded !== undefined && encoded.trim().toLowerCase() !== 'identity') {
    return [cause('body_decompressed', 'possible', { framework, detail: lengths })];
  }
  if (bytes.length === 0) return [cause('body_empty', 'proven', { framework, detail: lengths })];
  const text = textOf(bytes);
  // Only when more text could complete it: a body that was changed in its middle is shorter too.
  if (bytes.length < declared && text !== undefined && endsEarly(text)) {
    return [cause('body_truncated', 'proven', { framework, detail: lengths })];
  }
  const rewritten = text !== undefined && isRewritten(text);
  return [
    ...(rewritten ? [cause('body_reserialized', 'possible', { framework, detail: lengths })] : []),
    cause('body_altered', 'possible', { framework, detail: lengths }),
  ];
}

function looksCut(text: string): boolean {
  return /^\s*[{[]/.test(text) && scan(text).closers !== '';
}

function isRewritten(text: string): boolean {
  return text.length <= MAX_REWRITTEN && /^[{[]/.test(text) && compactJson(text) === text;
}

/** The text of a body that is small enough to scan. */
function textOf(bytes: Uint8Array): string | undefined {
  return bytes.length > MAX_LOOKED_AT ? undefined : decodeUtf8(bytes);
}

function ruledOut(search: Search, length: number): string {
  const families =
    'bodies rewritten, re-encoded, wrapped, compressed or cut; secrets mistyped or decoded; other digests, spellings of the header and signed contents';
  const bound =
    search.exhausted || length > 65_536 ? ' Time or size set the limit: not every combination was tried.' : '';
  return `Ruled out by computing ${search.tried} combinations: ${families}.${bound}`;
}
