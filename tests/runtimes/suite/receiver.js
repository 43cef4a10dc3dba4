import { createReceiver } from '@videocloud/webhooks';
import { makeReceiver, makeTolerantReceiver, SECRET } from '../../../packages/webhooks/test/adapters/behavior.js';
import { bytes, hmac, tried } from './lines.js';

const URL_OF_IT = 'https://example.com/webhooks';
const AT = '2024-03-31T12:00:00Z';
export const deleted = (id = 'v') => bytes(`{"event":"video.deleted","timestamp":"${AT}","data":{"videoId":"${id}"}}`);

/** @param {Response} response */
export async function shown(response) {
  const headers = [...response.headers].filter(([name]) => name !== 'date').sort();
  return { status: response.status, headers, body: await response.text() };
}

/** An outcome without what engines word differently: the cause, and stacks. */
export function outlined({ result, status, headers, body, event, error }) {
  return { result, status, headers, body, event, error: error && { ...error, message: error.message } };
}

/** @param {Uint8Array | ReadableStream | null} body */
export async function post(body, signature, more = {}) {
  const { method = 'POST', headers = {} } = more;
  const made = new Headers({ 'content-type': 'application/json', ...headers });
  for (const one of [signature ?? []].flat()) made.append('x-videocloud-signature', one);
  return new Request(URL_OF_IT, { method, headers: made, body, ...(body ? { duplex: 'half' } : {}) });
}

/** A body that comes in pieces, without a declared length. */
export function streamed(...pieces) {
  return new ReadableStream({
    pull(controller) {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else if (piece instanceof Error) controller.error(piece);
      else if (piece !== 'hang') controller.enqueue(piece);
      else return new Promise(() => undefined);
    },
  });
}

/** What happened since the last look. */
function log() {
  const calls = [];
  return {
    add: ({ what, event, sha256 }) => calls.push([what, event, sha256].filter((part) => part !== undefined).join(' ')),
    take: () => calls.splice(0),
  };
}

/**
 * @param {import('./index.js').Cases} cases
 * @param {import('./lines.js').Say} say
 */
export async function receiver({ contract, bodies }, say) {
  const calls = log();
  const strict = makeReceiver(createReceiver, '', calls.add);
  const tolerant = makeTolerantReceiver(createReceiver, '', calls.add);
  for (const { title, body, headers } of contract) {
    const { 'x-videocloud-signature': signature, ...others } = headers;
    const id = `contract ${title}`;
    const answer = (to) => tried(async () => shown(await to.fetch(await post(body, signature, { headers: others }))));
    say(`${id} strict`, [await answer(strict), calls.take()]);
    say(`${id} tolerant`, [await answer(tolerant), calls.take()]);
    say(`${id} received`, [outlined(await strict.receive({ body, signature })), calls.take()]);
    say(`${id} dispatched`, [outlined(await tolerant.dispatch(body)), calls.take()]);
  }
  for (const [name, body] of Object.entries(bodies)) {
    const pieces = Array.from({ length: Math.ceil(body.length / 7) }, (_, at) => body.subarray(at * 7, at * 7 + 7));
    const request = await post(streamed(...pieces), await hmac(body, SECRET));
    say(`streamed ${name}`, [await shown(await strict.fetch(request)), calls.take()]);
  }
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'post', 'QUERY']) {
    const made = await tried(() => post(null, 'junk', { method }));
    say(`method ${method}`, made instanceof Request ? await shown(await strict.fetch(made)) : 'no such request');
  }
  await bodiesThatFail(strict, calls, say);
}

async function bodiesThatFail(strict, calls, say) {
  const body = deleted();
  const good = await hmac(body, SECRET);
  const answer = async (title, request, to = strict) => {
    const made = await request;
    const outcome = await tried(async () => shown(await to.fetch(made)));
    say(title, [outcome, calls.take().sort()]);
  };
  await answer('no body', post(null, good));
  await answer('no body, signed', post(null, await hmac(new Uint8Array(), SECRET)));
  await answer('an empty stream', post(streamed(), await hmac(new Uint8Array(), SECRET)));
  await answer('a stream that fails', post(streamed(body, new Error('reset')), good));
  await answer('a stream that fails at once', post(streamed(new Error('reset')), good));
  await answer('a stream that hangs', post(streamed(body, 'hang'), good));
  await answer('a stream that never begins', post(streamed('hang'), good));
  const megabyte = new Uint8Array(1_048_577).fill(0x20);
  await answer('one byte too many, in one piece', post(megabyte, good));
  await answer(
    'too many, in pieces',
    post(streamed(...Array.from({ length: 40 }, () => megabyte.subarray(0, 8_192))), good),
  );
  const exact = new Uint8Array(262_144).fill(0x20);
  exact.set(body);
  await answer('exactly the limit', post(exact, await hmac(exact, SECRET)));
  const read = await post(body, good);
  await read.text();
  await answer('a body read before', read);
  const locked = await post(body, good);
  locked.body.getReader();
  await answer('a body somebody else is reading', locked);
  const cloned = await post(body, good);
  await cloned.clone().text();
  await answer('a body whose clone was read', cloned);
  const deep = bytes(
    `{"event":"video.deleted","timestamp":"${AT}","data":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`,
  );
  await answer('fifty thousand arrays in each other', post(deep, await hmac(deep, SECRET)));
  await answer('fifty thousand brackets', post(deep.subarray(0, 50_000), await hmac(deep.subarray(0, 50_000), SECRET)));
  const wide = bytes(
    `{"event":"video.deleted","timestamp":"${AT}","data":{${Array.from({ length: 20_000 }, (_, at) => `"k${at}":${at}`)}}}`,
  );
  await answer('twenty thousand members', post(wide, await hmac(wide, SECRET)));
  for (const encoding of ['gzip', 'identity', 'IDENTITY', ' identity , identity', 'br', '', 'identity,gzip', 'é']) {
    await answer(`encoding "${encoding}"`, post(body, good, { headers: { 'content-encoding': encoding } }));
  }
  for (const given of [undefined, null, {}, 7, [], new Map()]) {
    say(
      `receive ${typeof given} body`,
      await tried(async () => outlined(await strict.receive({ body: given, signature: good }))),
    );
    say(`dispatch ${typeof given} body`, await tried(async () => outlined(await strict.dispatch(given))));
  }
  say('receive nothing', (await tried(() => strict.receive())).threw);
}
