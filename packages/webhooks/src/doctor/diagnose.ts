import { matchIndex } from '#hmac';
import { type RawBody, toBytes } from '../signature/bytes.js';
import { refuseSignature } from '../signature/header.js';
import { requireSecret, type Secret, type Secrets } from '../signature/secrets.js';
import { type CauseCode, cause } from './causes.js';
import {
  frameworkOf,
  type HeaderMap,
  readHeaders,
  signatureIn,
  signaturesElsewhere,
  stampsIn,
  webhookIdsIn,
} from './headers.js';
import { Search } from './search.js';
import { type Clues, explain } from './stages.js';
import { suspicions } from './suspicions.js';
import { readTargets, type Target } from './targets.js';
import { encode } from './text.js';
import type { Cause, DiagnoseInput, Diagnosis } from './types.js';

/**
 * Finds out why a signature does not match, offline, by undoing one mishap after another until the HMAC comes out.
 *
 * A cause is `proven` only where that reproduces the signature in the header, or where the request contradicts itself
 * (no header, no secret, fewer bytes than it declared). Takes at most about 200 ms: pairs of causes are tried for bodies
 * up to 64 KB, single causes up to 1 MB. Neither a secret nor an expected signature, nor any part of one, is in the result.
 *
 * Unlike `verify` it does not throw on misuse: a parsed body or a blank secret is a diagnosis.
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
  const headers = readHeaders(input.headers);
  const framework = input.framework ?? frameworkOf(headers);
  const invalid = (codes: readonly CauseCode[]): Diagnosis => ({
    valid: false,
    causes: codes.map((code) => cause(code, 'proven', { framework })),
  });

  const secrets = usableSecrets(input.secrets);
  if (secrets.length === 0) return invalid(['secret_blank']);
  const signature = input.signature ?? signatureIn(headers);
  const clues: Clues = {
    stamps: [...stampsIn(headers), ...stampsWithin(signature)],
    webhookIds: webhookIdsIn(headers),
    otherSecrets: usableSecrets(input.otherSecrets ?? []),
  };

  const body = rawBody(input.body);
  const given = body ?? restored(input.body);
  if (body !== undefined && (await isSigned(body, signature, secrets))) return { valid: true, causes: [] };

  if (given === undefined)
    return invalid([input.body === undefined || input.body === null ? 'body_empty' : 'body_already_parsed']);
  const elsewhere = await inHeaders(given, signature, secrets, headers);
  if (elsewhere !== undefined) return invalid([elsewhere]);
  if (refuseSignature(signature) === 'signature_missing') return invalid(['signature_missing']);

  const search = new Search(readTargets(signature), given.length);
  const codes = await explain(search, given, secrets, clues);
  if (body === undefined) {
    const parsed: CauseCode[] = ['body_already_parsed', ...(codes ?? [])];
    return invalid(parsed.filter((code, at) => parsed.indexOf(code) === at));
  }
  if (codes !== undefined) return invalid(codes);
  const scene = { bytes: body, signature, secrets, headers, framework };
  return { valid: false, causes: byProof(suspicions(scene, search)) };
}

function byProof(causes: readonly Cause[]): Cause[] {
  return [...causes.filter(({ proof }) => proof === 'proven'), ...causes.filter(({ proof }) => proof === 'possible')];
}

function usableSecrets(secrets: Secrets): Secret[] {
  const list: readonly unknown[] = Array.isArray(secrets) ? secrets : [secrets];
  return list.filter((secret): secret is Secret => {
    try {
      requireSecret(secret as Secret, '');
      return true;
    } catch {
      return false;
    }
  });
}

function rawBody(body: RawBody): Uint8Array | undefined {
  try {
    return toBytes(body);
  } catch {
    return undefined;
  }
}

/** A parsed body written again: where that (or a respelling of it) is what was signed, the proof goes on. */
function restored(body: unknown): Uint8Array | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  try {
    return encode(JSON.stringify(body));
  } catch {
    return undefined;
  }
}

async function isSigned(bytes: Uint8Array, signature: unknown, secrets: readonly Secret[]): Promise<boolean> {
  if (refuseSignature(signature) !== null) return false;
  return (await matchIndex(secrets, bytes, signature as string)) >= 0;
}

/** Whether the right signature was sent, but is not the one that was passed. */
async function inHeaders(
  bytes: Uint8Array,
  signature: unknown,
  secrets: readonly Secret[],
  headers: HeaderMap,
): Promise<CauseCode | undefined> {
  const sent = signatureIn(headers);
  if (sent !== signature && (await isSigned(bytes, sent, secrets))) return 'signature_header_unread';
  for (const value of signaturesElsewhere(headers)) {
    const readings: Target[] = readTargets(value).filter(
      ({ digest, part }) => digest === 'SHA-256' && part === 'whole',
    );
    for (const { hex } of readings) if (await isSigned(bytes, hex, secrets)) return 'signature_other_header';
  }
  return undefined;
}

/** The `t=` of a header in another provider's style. */
function stampsWithin(signature: unknown): string[] {
  const stamp = typeof signature === 'string' ? /(?:^|[,;\s])t=(\w{1,32})/.exec(signature)?.[1] : undefined;
  return stamp === undefined ? [] : [stamp];
}
