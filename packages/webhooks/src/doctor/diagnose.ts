import { FRAMEWORKS } from '../protocol/frameworks.js';
import { checkSignatureForm } from '../signature/header-form.js';
import type { Secret } from '../signature/secrets.js';
import { Search } from './bounded-search.js';
import { type Cause, type CauseCode, cause } from './causes/causes.js';
import {
  copyOf,
  type DiagnoseInput,
  frameworkOf,
  type HeaderMap,
  read,
  readHeaders,
  readSecrets,
  restored,
  signatureIn,
  signaturesElsewhere,
  stampsIn,
  webhookIdsIn,
} from './input.js';
import { signatureReadings } from './mistakes/signature.js';
import { possibleCauses } from './possible-causes.js';
import { type Clues, provenCauses } from './proven-causes.js';

/** The result of {@link diagnose}. */
export interface Diagnosis {
  /** Whether one of the secrets signed exactly these bytes. */
  readonly valid: boolean;
  /** The most certain first; empty when the signature is valid. */
  readonly causes: readonly Cause[];
  /**
   * The bytes that were signed: compare them with the body to see what changed.
   *
   * Only with `includeSignedBody`, where undoing a mistake reproduced the signature. Equal to the body where only the
   * secret or the header is wrong.
   */
  readonly signedBody?: Uint8Array;
}

/**
 * Explains why a signature does not match, without the network.
 *
 * It undoes common mistakes one by one and computes the HMAC each time. A cause is `proven` when that reproduces the
 * signature in the header, or when the request contradicts itself (no signature, no secret, fewer bytes than declared).
 * It tries single causes for bodies up to 1 MB and pairs of causes up to 64 KB.
 *
 * Use it in development, in tools and in logs, not to accept a request: `verify` decides that. It never throws: a parsed
 * body or a blank secret is a diagnosis too. It stops at `timeLimitMs` and lets the event loop run meanwhile. The result
 * holds no secret, no expected signature, and no part of one.
 *
 * @param input the body as your code hashed it, the header's value, the secrets, and the request's headers if you have them
 * @returns `valid`, and the causes with the most certain first
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
 * @see the guide, "Подписи вебхуков"; docs/test/doctor.md for the table of codes
 */
export async function diagnose(input: DiagnoseInput): Promise<Diagnosis> {
  try {
    return await examine(input);
  } catch {
    // A diagnosis that claims nothing is still better than an error about the diagnosis.
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
    checkSignatureForm(value).ok && (await search.signer(bytes, secrets, value as string)) >= 0;

  if (raw !== undefined && (await signs(raw, signature))) return { valid: true, causes: [] };
  if (body === undefined) {
    return invalid([given === undefined || given === null ? 'body_empty' : 'body_already_parsed']);
  }
  const elsewhere = await inHeaders(search, body, signature, headers, signs);
  if (elsewhere !== undefined) return invalid([elsewhere]);
  const form = checkSignatureForm(signature);
  if (!form.ok && form.code === 'signature_missing') return invalid(['signature_missing']);

  search.compareWith(signatureReadings(signature));
  const codes = await provenCauses(search, body, secrets, cluesOf(input, headers, signature));
  if (raw === undefined) {
    const parsed: CauseCode[] = ['body_already_parsed', ...(codes ?? [])];
    return invalid(parsed.filter((code, at) => parsed.indexOf(code) === at));
  }
  if (codes !== undefined) {
    const signed = read(input, 'includeSignedBody') === true ? search.signedBody : undefined;
    return signed === undefined ? invalid(codes) : { ...invalid(codes), signedBody: Uint8Array.from(signed) };
  }
  const evidence = { bytes: raw, signature, secrets, headers, framework };
  return { valid: false, causes: byProof(possibleCauses(evidence, search)) };
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

/** Looks for the right signature in the request's headers when another value was passed. */
async function inHeaders(
  search: Search,
  bytes: Uint8Array,
  signature: unknown,
  headers: HeaderMap,
  signs: (bytes: Uint8Array, value: unknown) => Promise<boolean>,
): Promise<CauseCode | undefined> {
  const sent = signatureIn(headers);
  if (!isPassed(sent, signature) && (await signs(bytes, sent))) return 'signature_header_unread';
  for (const value of signaturesElsewhere(headers)) {
    for (const { hex, digest, part } of signatureReadings(value)) {
      if (search.exhausted) return undefined;
      if (digest === 'SHA-256' && part === 'whole' && (await signs(bytes, hex))) return 'signature_other_header';
    }
  }
  return undefined;
}

/** Whether the value passed is the header's: its text, or that in a list or as bytes. */
function isPassed(sent: string | undefined, signature: unknown): boolean {
  const hex = sent?.toLowerCase();
  return (
    sent === signature ||
    signatureReadings(signature).some(({ hex: read, codes }) => read === hex && codes[0] === 'signature_not_text')
  );
}

/** The `t=` of a header in another provider's style. */
function stampsWithin(signature: unknown): string[] {
  const text = typeof signature === 'string' ? signature.slice(0, 4_096) : '';
  const stamp = /(?:^|[,;\s])t=(\w{1,32})/.exec(text)?.[1];
  return stamp === undefined ? [] : [stamp];
}
