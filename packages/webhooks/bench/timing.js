// Does the time of a whole `verify` tell how much of a forged signature is right? Two classes of forgeries, whose first or
// whose last digit is wrong, are timed in random order; Welch's t-test compares them, whole and with the slow tail cut off
// at several percentiles (garbage collection and neighbors live there). An early-exit comparison at the same work is the
// control: where the measurement cannot see even that one, it says "inconclusive". Run after a build:
//   node packages/webhooks/bench/timing.js        (SAMPLES=200000 for each class and run, RUNS=3)
import { createHmac, createSecretKey } from 'node:crypto';
import { verify } from '@videocloud/webhooks';
import { verifySync } from '@videocloud/webhooks/node';

const SAMPLES = Number(process.env.SAMPLES ?? 200_000);
const RUNS = Number(process.env.RUNS ?? 3);
const LEAK = 4.5;
const SEEN = 10;
const CROPS = [1, 0.99, 0.95, 0.9, 0.75, 0.5];
const POOL = 4_096;

const secret = 'timing-secret';
const key = createSecretKey(secret, 'utf8');
const hmac = (bytes) => createHmac('sha256', key).update(bytes).digest('hex');

// An event whose digest begins and ends with the same digit from 0 to 9, for which another of these is written: the
// forgeries of both classes then consist of the same digits, with letters at the same places. A pattern or a decoder may
// well take longer for letters than for digits, or for a letter where it has come to expect none: that tells nothing
// about the right signature, and must not be taken for it.
let body;
let right = '01';
for (let n = 0; right[0] !== right[63] || right[0] > '9'; n++) {
  const data = { videoId: `vid_${n}` };
  body = Buffer.from(JSON.stringify({ event: 'video.deleted', timestamp: '2024-03-31T12:00:00Z', data }));
  right = hmac(body);
}
const HEX = /^[0-9a-f]{64}$/i;

/** What everybody is told not to write. */
async function earlyExit(bytes, signature) {
  if (!HEX.test(signature)) return { ok: false };
  const expected = createHmac('sha256', key).update(bytes).digest();
  const claimed = Buffer.from(signature, 'hex');
  for (let at = 0; at < expected.length; at++) if (expected[at] !== claimed[at]) return { ok: false };
  return { ok: true };
}

const subjects = {
  verify: (signature) => verify(body, signature, secret),
  'verify, three secrets': (signature) => verify(body, signature, ['newest', 'newer', secret]),
  verifySync: (signature) => verifySync(body, signature, secret),
  'control: early exit': (signature) => earlyExit(body, signature),
};

/** Forgeries made alike, each a string of its own, so that nothing but the place of the wrong digit differs. */
const classes = [[], []];
for (let n = 0; n < POOL; n++) {
  const wrong = String((Number(right[0]) + 1 + (n % 9)) % 10);
  classes[0].push(Buffer.from(wrong + right.slice(1)).toString('latin1'));
  classes[1].push(Buffer.from(right.slice(0, 63) + wrong).toString('latin1'));
}

async function run(work) {
  const times = [new Float64Array(SAMPLES), new Float64Array(SAMPLES)];
  const taken = [0, 0];
  let random = 0;
  for (let n = -20_000; taken[0] < SAMPLES || taken[1] < SAMPLES; n++) {
    if ((n & 31) === 0) random = crypto.getRandomValues(new Uint32Array(1))[0];
    const side = (random >>> (n & 31)) & 1;
    const signature = classes[side][n & (POOL - 1)];
    const began = process.hrtime.bigint();
    await work(signature);
    const took = Number(process.hrtime.bigint() - began);
    if (n >= 0 && taken[side] < SAMPLES) times[side][taken[side]++] = took;
  }
  return times;
}

/** The largest |t| over the crops; the cut is made at one value for both classes. */
function welch([a, b]) {
  const pooled = Float64Array.from([...a, ...b]).sort();
  let largest = 0;
  for (const crop of CROPS) {
    const cut = pooled[Math.min(pooled.length - 1, Math.floor(pooled.length * crop))];
    const [x, y] = [a, b].map((times) => moments(times, cut));
    const t = Math.abs((x.mean - y.mean) / Math.sqrt(x.variance / x.count + y.variance / y.count));
    if (t > largest) largest = t;
  }
  return largest;
}

function moments(times, cut) {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (const value of times) {
    if (value > cut) continue;
    count++;
    const delta = value - mean;
    mean += delta / count;
    squares += delta * (value - mean);
  }
  return { count, mean, variance: squares / (count - 1) };
}

console.log(`${RUNS} runs of 2 × ${SAMPLES} forgeries; the largest |t| of ${CROPS.length} crops`);
const largest = {};
for (const [name, work] of Object.entries(subjects)) {
  largest[name] = [];
  for (let n = 0; n < RUNS; n++) largest[name].push(welch(await run(work)));
  console.log(name.padEnd(24), largest[name].map((t) => t.toFixed(2).padStart(8)).join(''));
}

const control = largest['control: early exit'];
if (control.filter((t) => t > SEEN).length * 3 < RUNS * 2) {
  console.log(`inconclusive: this machine does not show even an early exit (|t| > ${SEEN})`);
  process.exitCode = 2;
} else {
  for (const [name, values] of Object.entries(largest)) {
    if (values === control) continue;
    const even = values.filter((t) => t < LEAK).length * 3 >= RUNS * 2;
    console.log(`${name}: ${even ? 'no difference seen' : 'TIME DEPENDS ON THE SIGNATURE'} (|t| < ${LEAK})`);
    if (!even) process.exitCode = 1;
  }
}
