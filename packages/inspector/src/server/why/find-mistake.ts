import { createHmac, randomBytes } from 'node:crypto';
import { rejectsDelivery } from '@videocloud/local-web/rejection';
import { type Cause, diagnose, type Framework } from '@videocloud/webhooks/doctor';
import type { ProbeRecord, Sender } from '@videocloud/webhooks-sender';
import type { AttemptView, DeliveryView, Finding, Found } from '../../protocol.js';
import { flat } from './answer.js';
import { type Experiment, type ExperimentInput, experiments } from './experiments.js';
import { unchecked } from './finding.js';

interface FindInput extends Omit<ExperimentInput, 'body'> {
  readonly sender: Sender;
  /** Where the subscription delivers now. */
  readonly url: string;
  readonly detail: DeliveryView;
  readonly attempt: AttemptView;
  readonly framework: Framework | undefined;
}

const LONGEST_MS = 30_000;

/**
 * Finds which mistake a receiver makes that refuses a genuine request.
 *
 * It sends the refused bytes again, with the signature that each known mistake would compute. A receiver without a mistake accepts none
 * of them, so what it accepts proves the mistake; a random signature at the end shows that it does not accept everything. Up to 70
 * requests in 30 seconds, outside of every delivery.
 */
export async function findMistake(input: FindInput): Promise<Found> {
  const body = Buffer.from(input.detail.body, 'base64');
  const ends = performance.now() + LONGEST_MS;
  let tried = 0;
  const ask = (headers: Readonly<Record<string, string>>): Promise<ProbeRecord> => {
    tried += 1;
    const others = { 'Content-Type': 'application/json', 'User-Agent': 'VideoCloud-Webhooks/1.0' };
    return input.sender.probe({ url: input.url, headers: { ...others, ...headers }, body });
  };
  const found = (finding: Finding, causes: readonly Cause[] = []): Found => ({ finding, causes, tried });
  const random = () => ask({ 'X-VideoCloud-Signature': randomBytes(32).toString('hex') });

  // The control: with the secret that is in force now, and no mistake.
  const signature = createHmac('sha256', input.secret).update(body).digest('hex');
  const first = await ask({ 'X-VideoCloud-Signature': signature });
  const gone = stopped(first);
  if (gone !== undefined) return found(gone);
  const status = first.response?.status ?? 0;
  if (status >= 400 && status < 500 && !rejectsDelivery(status)) return found(unchecked(status));
  if (accepted(first))
    return found({ code: accepted(await random()) ? 'accepts_anything' : 'accepted_now', proof: 'proven' });
  for (const experiment of experiments({ ...input, body })) {
    if (performance.now() > ends) break;
    const answer = await ask(experiment.headers);
    const end = stopped(answer);
    if (end !== undefined) return found(end);
    if (!accepted(answer)) continue;
    if (accepted(await random())) return found({ code: 'accepts_anything', proof: 'proven' });
    const { code, value } = experiment;
    const causes = code === 'mistake' ? await named(experiment, input, body, signature) : [];
    return found({ code, proof: 'proven', ...(value !== undefined && { values: { value } }) }, causes);
  }
  return found({ code: 'no_known_mistake', proof: 'possible' });
}

/** The doctor's causes, given what the receiver hashed and with which secret. */
async function named(
  { hashed, keyed }: Experiment,
  { attempt, secret, framework }: FindInput,
  body: Uint8Array,
  signature: string,
): Promise<readonly Cause[]> {
  const headers = flat(attempt.request.headers);
  const secrets = [keyed ?? secret];
  const { causes } = await diagnose({
    body: hashed ?? body,
    signature,
    secrets,
    headers,
    framework,
    timeLimitMs: 2_000,
  });
  return causes.filter(({ proof }) => proof === 'proven');
}

const accepted = ({ response, error }: ProbeRecord): boolean =>
  error === undefined && response !== undefined && response.status >= 200 && response.status < 300;

/** Why no more can be found out. */
function stopped({ response, error }: ProbeRecord): Finding | undefined {
  if (response === undefined)
    return { code: error?.code === 'timeout' ? 'timeout' : 'connection_reset', proof: 'proven' };
  return response.status === 429 ? { code: 'too_many', proof: 'proven' } : undefined;
}
