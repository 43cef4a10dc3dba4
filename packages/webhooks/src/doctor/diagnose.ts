import { FRAMEWORKS } from '../protocol/frameworks.js';
import { refuseSignature } from '../signature/header.js';
import type { Secret } from '../signature/secrets.js';
import { type CauseCode, cause } from './causes/causes.js';
import {
  frameworkOf,
  type HeaderMap,
  readHeaders,
  signatureIn,
  signaturesElsewhere,
  stampsIn,
  webhookIdsIn,
} from './headers.js';
import { type Clues, explain } from './hypotheses.js';
import { copyOf, read, readSecrets, restored } from './input.js';
import { Search } from './search.js';
import { readTargets } from './signature-readings.js';
import { suspicions } from './suspicions.js';
import type { Cause, DiagnoseInput, Diagnosis } from './types.js';

/**
 * Finds out why a signature does not match, offline, by undoing one mistake after another until the HMAC comes out.
 *
 * A cause is `proven` only where that reproduces the signature in the header, or where the request contradicts itself
 * (no header, no secret, fewer bytes than it declared). Pairs of causes are tried for bodies up to 64 KB, single causes
 * up to 1 MB. Neither a secret nor an expected signature, nor any part of one, is in the result.
 *
 * Unlike `verify` it never throws, whatever it is given: a parsed body or a blank secret is a diagnosis. It stops at
 * `timeLimitMs` whatever a stranger sent, and lets the event loop run in between.
 *
 * @param input the body as it was hashed, the header's value, the secrets, and the request's headers if at hand
 * @example
 * ```ts
 * import { diagnose } from '@videocloud/webhooks/doctor';
 *
 * export async function why(request: Request, body: Uint8Array, secrets: string[]): Promise<void> {
 *   const signature = request.headers.get('x-videocloud-signature');
 *   const { valid, causes } = await diagnose({ body, signature, secrets, headers: request.headers });
 *   if (!valid) console.error(causes[0]?.message, causes[0]?.fix);
 * }
 * ```
 * @see the guide, "Подписи вебхуков"; docs/doctor.md for the table of codes
 */
export async function diagnose(input: DiagnoseInput): Promise<Diagnosis> {
  try {
    return await examine(input);
  } catch {
    // Whatever failed, the caller asked for a diagnosis: this one claims nothing.
    return {
      valid: false,
      causes: [cause('secret_wrong', 'possible', { detail: 'The search could not be finished.' })],
    };
  }
}

async function examine(input: DiagnoseInput): Promise<Diagnosis> {
  const headers = readHeaders(read(input, 'headers'));
  const framework = FRAMEWORKS.find((name) => name === read(input, 'framework')) ?? frameworkOf(headers);
  const invalid = (codes: readonly CauseCode[], detail?: string): Diagnosis => ({
    valid: false,
    causes: codes.map((code) => cause(code, 'proven', { framework, detail })),
  });

  const secrets = readSecrets(read(input, 'secrets'));
  if (secrets.length === 0) return invalid(['secret_blank']);
  const signature = read(input, 'signature') ?? signatureIn(headers);

  const given = read(input, 'body');
  const raw = copyOf(given);
  const body = raw ?? restored(given);
  const limit = read(input, 'timeLimitMs');
  const search = new Search(body?.length ?? 0, typeof limit === 'number' && limit > 0 ? limit : undefined);
  const signs = async (bytes: Uint8Array, value: unknown) =>
    refuseSignature(value) === null && (await search.signer(bytes, secrets, value as string)) >= 0;

  if (raw !== undefined && (await signs(raw, signature))) return { valid: true, causes: [] };
  if (body === undefined) {
    return invalid([given === undefined || given === null ? 'body_empty' : 'body_already_parsed']);
  }
  const elsewhere = await inHeaders(body, signature, headers, signs);
  if (elsewhere !== undefined) return invalid([elsewhere]);
  if (refuseSignature(signature) === 'signature_missing') return invalid(['signature_missing']);

  search.aim(readTargets(signature));
  const codes = await explain(search, body, secrets, cluesOf(input, headers, signature));
  if (raw === undefined) {
    const parsed: CauseCode[] = ['body_already_parsed', ...(codes ?? [])];
    return invalid(parsed.filter((code, at) => parsed.indexOf(code) === at));
  }
  if (codes !== undefined) return invalid(codes);
  const scene = { bytes: raw, signature, secrets, headers, framework };
  return { valid: false, causes: byProof(suspicions(scene, search)) };
}

function cluesOf(input: DiagnoseInput, headers: HeaderMap, signature: unknown): Clues {
  return {
    stamps: [...stampsIn(headers), ...stampsWithin(signature)],
    webhookIds: webhookIdsIn(headers),
    otherSecrets: readOthers(read(input, 'otherSecrets')),
  };
}

function readOthers(secrets: DiagnoseInput['otherSecrets']): Secret[] {
  return secrets === undefined ? [] : readSecrets(secrets);
}

function byProof(causes: readonly Cause[]): Cause[] {
  return [...causes.filter(({ proof }) => proof === 'proven'), ...causes.filter(({ proof }) => proof === 'possible')];
}

/** Whether the right signature was sent, but is not the one that was passed. */
async function inHeaders(
  bytes: Uint8Array,
  signature: unknown,
  headers: HeaderMap,
  signs: (bytes: Uint8Array, value: unknown) => Promise<boolean>,
): Promise<CauseCode | undefined> {
  const sent = signatureIn(headers);
  if (sent !== signature && (await signs(bytes, sent))) return 'signature_header_unread';
  for (const value of signaturesElsewhere(headers)) {
    for (const { hex, digest, part } of readTargets(value)) {
      if (digest === 'SHA-256' && part === 'whole' && (await signs(bytes, hex))) return 'signature_other_header';
    }
  }
  return undefined;
}

/** The `t=` of a header in another provider's style. */
function stampsWithin(signature: unknown): string[] {
  const text = typeof signature === 'string' ? signature.slice(0, 4_096) : '';
  const stamp = /(?:^|[,;\s])t=(\w{1,32})/.exec(text)?.[1];
  return stamp === undefined ? [] : [stamp];
}
