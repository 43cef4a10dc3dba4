import { randomBytes } from 'node:crypto';
import { generateSecret } from '@videocloud/webhooks';
import type { DeliveredEventType } from '@videocloud/webhooks/protocol';
import { fixture } from '@videocloud/webhooks/testing';
import type { Sender } from '@videocloud/webhooks-sender';
import type { ScenarioName, ScenarioStep } from '../protocol.js';
import { allToNextAttempt } from './forward.js';
import { Refusal } from './refusals.js';

export interface ScenarioContext {
  readonly sender: Sender;
  readonly webhookId: string;
  /** Calls the management API with its token, as any client would. */
  readonly manage: (method: string, path: string, body?: object) => Promise<Response>;
  readonly report: (step: ScenarioStep) => void;
}

type Report = (key: string, tone: ScenarioStep['tone'], values?: ScenarioStep['values']) => void;

const STORM = 12;
// Nothing listens on the discard port of this machine; where private addresses are barred, the guard refuses it instead.
const DOWN = 'http://127.0.0.1:9/outage';

/** Plays a scenario to its end; throws Refusal when it cannot be played. */
export async function play(scenario: ScenarioName, context: ScenarioContext): Promise<void> {
  const report: Report = (key, tone, values) => context.report({ scenario, key, tone, ...(values && { values }) });
  const webhook = context.sender.webhooks().find(({ id }) => id === context.webhookId);
  if (webhook === undefined) throw new Refusal('choose_first');
  if (webhook.status !== 'active') throw new Refusal('webhook_failed');
  if (scenario === 'lifecycle') return lifecycle(context, report);
  if (scenario === 'rotation') return rotation(context, report);
  return storm(context, webhook.url, report);
}

async function lifecycle(context: ScenarioContext, report: Report): Promise<void> {
  const videoId = `vid_${randomBytes(6).toString('hex')}`;
  for (const event of ['video.uploaded', 'video.processed', 'video.published'] as const) {
    const status = await deliver(context, event, { videoId });
    report('delivered', status === 'success' ? 'good' : 'bad', { event, status: status ?? 'none' });
  }
}

async function rotation(context: ScenarioContext, report: Report): Promise<void> {
  const { sender, webhookId } = context;
  const before = sender.secretOf(webhookId);
  if (before === undefined) throw new Refusal('webhook_gone', { values: { id: webhookId } });
  const old = new TextDecoder().decode(before);
  const signedOld = await deliver(context, 'video.updated');
  report('rotation_old', signedOld === 'success' ? 'good' : 'bad');
  if (signedOld !== 'success') return report('rotation_unknown', 'bad');
  await expectOk(context.manage('PUT', `/webhooks/${webhookId}`, { secret: generateSecret() }));
  report('rotation_put', 'run');
  const signedNew = await deliver(context, 'video.updated');
  if (signedNew === 'success') {
    report('rotation_accepted', 'good');
    return;
  }
  report('rotation_refused', 'bad');
  await expectOk(context.manage('PUT', `/webhooks/${webhookId}`, { secret: old }));
  report('rotation_back', 'note');
}

async function storm(context: ScenarioContext, url: string, report: Report): Promise<void> {
  const { sender, webhookId } = context;
  if (!sender.clock().virtual) throw new Refusal('needs_virtual');
  const ids: string[] = [];
  await expectOk(context.manage('PUT', `/webhooks/${webhookId}`, { url: DOWN }));
  try {
    report('storm_down', 'note');
    for (let made = 0; made < STORM; made++) {
      const { deliveryIds } = await sender.emit(event('engagement.view'));
      ids.push(...deliveryIds.filter((id) => sender.delivery(id)?.webhookId === webhookId));
    }
    await sender.idle();
    report('storm_failed', 'bad', { count: ids.length });
    for (let attempt = 0; attempt < 2; attempt++) {
      await allToNextAttempt(sender, ids);
      report('storm_again', 'bad', { attempt: attempt + 2 });
    }
  } finally {
    await expectOk(context.manage('PUT', `/webhooks/${webhookId}`, { url }));
  }
  report('storm_up', 'note');
  await allToNextAttempt(sender, ids);
  const arrived = ids.filter((id) => sender.delivery(id)?.status === 'success').length;
  report('storm_arrived', arrived === ids.length ? 'good' : 'bad', { count: arrived, of: ids.length });
}

/** Sends one event and waits for its first attempt; the status for this webhook. */
async function deliver(
  context: ScenarioContext,
  name: DeliveredEventType,
  members: object = {},
): Promise<string | undefined> {
  const { deliveryIds } = await context.sender.emit(event(name, members));
  await context.sender.idle();
  return deliveryIds
    .map((id) => context.sender.delivery(id))
    .find((delivery) => delivery?.webhookId === context.webhookId)?.status;
}

function event(name: DeliveredEventType, members: object = {}) {
  const own = { videoId: `vid_${randomBytes(6).toString('hex')}` };
  return { event: name, data: { ...fixture(name).data, ...own, ...members }, timestamp: new Date().toISOString() };
}

async function expectOk(answer: Promise<Response>): Promise<void> {
  const response = await answer;
  if (!response.ok) throw new Refusal('api_answered', { values: { status: response.status } });
}
