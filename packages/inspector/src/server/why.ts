import { diagnose, type Framework } from '@videocloud/webhooks/doctor';
import type { AttemptView, DeliveryView, HeaderMap, ProbeMode, Why } from '../protocol.js';
import { CANNED_HEADER } from './canned.js';

export interface WhyInput {
  readonly detail: DeliveryView;
  readonly attempt: AttemptView;
  readonly secret: Uint8Array | undefined;
  readonly framework?: Framework | undefined;
  /** The secret and the body the receiver used, as its owner entered them. */
  readonly theirSecret?: string | undefined;
  readonly theirBody?: string | undefined;
}

/**
 * Why a request was refused. The sender's side knows the bytes, the signature and the secret in force; what the receiver hashed, and
 * with which secret, only its owner can tell: given that, the doctor can prove.
 */
export async function why(input: WhyInput): Promise<Why> {
  const { detail, attempt, secret, theirSecret, theirBody } = input;
  const body = Buffer.from(detail.body, 'base64');
  const signature = headerOf(attempt.request.headers, 'x-videocloud-signature');
  const canned = headerOf(attempt.response?.headers ?? {}, CANNED_HEADER) !== undefined;
  const framework = input.framework ?? frameworkOf(attempt.response?.headers ?? {});
  const headers = flat(attempt.request.headers);
  const common = { signature, headers, framework };
  const own =
    secret === undefined ? { valid: false, causes: [] } : await diagnose({ ...common, body, secrets: [secret] });
  const asked = theirSecret !== undefined || theirBody !== undefined;
  const secrets = theirSecret !== undefined ? [theirSecret] : secret === undefined ? [] : [secret];
  const compared = asked
    ? await diagnose({
        ...common,
        body: theirBody ?? body,
        secrets,
        ...(theirSecret !== undefined && secret !== undefined ? { otherSecrets: [secret] } : {}),
      })
    : undefined;
  const reserialized = restringified(body);
  const survivesReserializing = reserialized === undefined || body.equals(reserialized);
  // A genuine request was refused: what the guide's own sample hashes is the first suspect, wherever it makes a difference.
  const suspected =
    own.valid && secret !== undefined && reserialized !== undefined && !survivesReserializing
      ? (await diagnose({ ...common, body: reserialized, secrets: [secret] })).causes
          .filter(({ code }) => code === 'body_reserialized')
          .map((cause) => ({ ...cause, proof: 'possible' as const }))
      : undefined;
  return {
    genuine: own.valid,
    canned,
    survivesReserializing,
    answerCode: codeOf(attempt),
    framework,
    // Of a request that was broken on purpose the truth is known: nothing is only possible.
    causes: canned
      ? []
      : isBroken(detail.probe)
        ? own.causes.filter(({ proof }) => proof === 'proven')
        : (suspected ?? own.causes),
    ...(compared && { compared: { ...compared, bytes: Buffer.byteLength(theirBody ?? body) } }),
  };
}

const isBroken = (mode: ProbeMode | undefined): boolean =>
  mode !== undefined && mode !== 'exact' && mode !== 'duplicate';

function restringified(body: Uint8Array): Buffer | undefined {
  try {
    return Buffer.from(JSON.stringify(JSON.parse(Buffer.from(body).toString('utf8'))));
  } catch {
    return undefined;
  }
}

function headerOf(headers: HeaderMap, name: string): string | undefined {
  const [, value] = Object.entries(headers).find(([key]) => key.toLowerCase() === name) ?? [];
  return typeof value === 'string' ? value : value?.[0];
}

const flat = (headers: HeaderMap): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

/** The framework, where the response names it. */
function frameworkOf(headers: HeaderMap): Framework | undefined {
  const powered = headerOf(headers, 'x-powered-by') ?? '';
  if (/express/i.test(powered)) return 'express';
  if (/next/i.test(powered)) return 'next';
  return undefined;
}

function codeOf({ response }: AttemptView): string | undefined {
  if (response === undefined) return undefined;
  try {
    const answer = JSON.parse(Buffer.from(response.body, 'base64').toString('utf8')) as {
      error?: { code?: unknown };
    } | null;
    const code = answer?.error?.code;
    return typeof code === 'string' ? code.slice(0, 100) : undefined;
  } catch {
    return undefined;
  }
}
