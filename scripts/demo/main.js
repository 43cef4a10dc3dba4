// npm run demo: the reference VideoCloud delivers all 15 events to a receiver in each framework, then come forgeries.
import { DELIVERED_EVENT_TYPES, generateSecret, sign } from '@videocloud/webhooks';
import { fixture } from '@videocloud/webhooks/testing';
import { createSender } from '@videocloud/webhooks-sender';
import { FRAMEWORKS, startReceiver } from './receivers.js';

const secret = generateSecret();
const stamp = () => new Date().toISOString();
const fresh = (/** @type {import('@videocloud/webhooks').DeliveredEventType} */ name) => ({
  ...fixture(name),
  timestamp: stamp(),
});

/** @typedef {{ event: string, framework: string, expected: string, verdict: string, ms: number }} Row */

/** @param {string} url @param {string} framework @returns {Promise<Row[]>} */
async function deliverGenuine(url, framework) {
  const sender = createSender({ allowPrivateAddresses: true });
  try {
    await sender.fetch(
      new Request('http://videocloud.test/webhooks', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ url, events: subscribable(), secret }),
      }),
    );
    const rows = [];
    for (const name of DELIVERED_EVENT_TYPES) {
      const { deliveryIds } = await sender.emit(fresh(name));
      await sender.idle();
      const attempt = sender.delivery(deliveryIds[0] ?? '')?.attempts[0];
      rows.push({
        event: name,
        framework,
        expected: '200',
        verdict: attempt?.response ? String(attempt.response.status) : (attempt?.error?.code ?? 'not delivered'),
        ms: attempt?.durationMs ?? 0,
      });
    }
    return rows;
  } finally {
    await sender.close();
  }
}

function subscribable() {
  return DELIVERED_EVENT_TYPES.filter((name) => name !== 'user.registered' && name !== 'comment.created');
}

/** @param {string} url @param {string} framework @returns {Promise<Row[]>} */
async function deliverForged(url, framework) {
  // A space after each colon: it does not survive a parse and re-stringify, which is what the guide's sample verifies.
  const body = JSON.stringify(fresh('video.processed'), null, 1);
  const signature = await sign(body, secret);
  /** @type {[string, string, string | null, string][]} */
  const attacks = [
    ['forged: another secret', body, await sign(body, 'not-the-secret'), '401 signature_mismatch'],
    ['tampered: one digit of the body', body.replace('300', '301'), signature, '401 signature_mismatch'],
    ['re-serialized on the way', JSON.stringify(JSON.parse(body)), signature, '401 signature_mismatch'],
    ['signature cut short', body, signature.slice(0, 63), '401 signature_malformed'],
    ['signature with a tail', body, `${signature}00`, '401 signature_malformed'],
    ['unsigned', body, null, '401 signature_missing'],
  ];
  const rows = [];
  for (const [event, bytes, header, expected] of attacks) {
    const began = performance.now();
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(header === null ? {} : { 'x-videocloud-signature': header }) },
      body: bytes,
    });
    const answer = /** @type {{ error?: { code: string } }} */ (await response.json());
    const verdict = `${response.status} ${answer.error?.code ?? 'accepted'}`;
    rows.push({ event, framework, expected, verdict, ms: performance.now() - began });
  }
  return rows;
}

/** @param {Row[]} rows */
function print(rows) {
  const width = Math.max(...rows.map((row) => row.event.length));
  console.log(`${'event'.padEnd(width)}  framework  verdict  status                    time`);
  for (const { event, framework, expected, verdict, ms } of rows) {
    const ok = verdict === expected ? 'ok' : 'WRONG';
    console.log(
      `${event.padEnd(width)}  ${framework.padEnd(9)}  ${ok.padEnd(7)}  ${verdict.padEnd(23)}  ${ms.toFixed(1).padStart(6)} ms`,
    );
  }
}

/** @type {Row[]} */
const rows = [];
for (const framework of FRAMEWORKS) {
  const receiver = await startReceiver(framework, secret);
  try {
    rows.push(...(await deliverGenuine(receiver.url, framework)), ...(await deliverForged(receiver.url, framework)));
  } finally {
    await receiver.stop();
  }
}
print(rows);
const wrong = rows.filter((row) => row.verdict !== row.expected);
console.log(`\n${rows.length - wrong.length} of ${rows.length} deliveries were answered as expected`);
process.exitCode = wrong.length === 0 ? 0 : 1;
