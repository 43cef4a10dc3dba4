// The same requests, byte for byte over sockets, to the servers of every runtime that has sockets.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { load } from './cases.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const { CASES, GUIDE, asking, signedHeaders } = await load('adapters/cases.ts');
const { Wire, chunked, head } = await load('adapters/wire.ts');
const LIMIT = 262_144;

/** @typedef {(wire: InstanceType<typeof Wire>, path: string, port: number) => Promise<unknown>} Exchange */

const post = (path, body, headers) =>
  Buffer.concat([
    Buffer.from(head('POST', path, { ...headers, 'content-length': String(body.length) }), 'latin1'),
    body,
  ]);

/** What one answer says, without what belongs to the server rather than to us. */
function told({ status, headers, text }) {
  const kept = ['content-type', 'allow', 'retry-after'].filter((name) => headers[name] !== undefined);
  return [status, ...kept.map((name) => `${name}: ${headers[name]}`), text];
}

/** Exchanges that are more than one request with a declared length. */
const FRAMINGS = {
  'in pieces': async (wire, path) => {
    await wire.write(post(path, GUIDE, signedHeaders(GUIDE)).subarray(0, -120));
    await new Promise((resolve) => setTimeout(resolve, 10));
    await wire.write(GUIDE.slice(-120));
    return told(await wire.answer());
  },
  ...Object.fromEntries(
    [1, 7, 1_000].map((size) => [
      `in chunks of ${size}`,
      async (wire, path) => {
        await wire.write(head('POST', path, { ...signedHeaders(GUIDE), 'transfer-encoding': 'chunked' }));
        await wire.write(chunked(GUIDE, size));
        return told(await wire.answer());
      },
    ]),
  ),
  'no body': async (wire, path) => {
    await wire.write(head('POST', path, { ...signedHeaders(new Uint8Array()), 'content-length': '0' }));
    return told(await wire.answer());
  },
  'exactly the limit': async (wire, path) => {
    const whole = Buffer.concat([GUIDE, Buffer.alloc(LIMIT - GUIDE.length, 0x20)]);
    await wire.write(post(path, whole, signedHeaders(whole)));
    return told(await wire.answer());
  },
  'one byte more': async (wire, path) => {
    const whole = Buffer.concat([GUIDE, Buffer.alloc(LIMIT + 1 - GUIDE.length, 0x20)]);
    await wire.write(post(path, whole, signedHeaders(whole)));
    return told(await wire.answer());
  },
  'one byte more, in chunks': async (wire, path) => {
    const whole = Buffer.concat([GUIDE, Buffer.alloc(LIMIT + 1 - GUIDE.length, 0x20)]);
    await wire.write(head('POST', path, { ...signedHeaders(whole), 'transfer-encoding': 'chunked' }));
    await wire.write(chunked(whole, 16_384));
    return told(await wire.answer());
  },
  'two in one packet': async (wire, path) => {
    const one = post(path, GUIDE, signedHeaders(GUIDE));
    await wire.write(Buffer.concat([one, one]));
    return [told(await wire.answer()), told(await wire.answer())];
  },
  // On a connection of its own: whether the server closes one with half a request on it is the server's business.
  'a body that does not come': async (_, path, port) => {
    const own = await Wire.open(port);
    await own.write(head('POST', path, { ...signedHeaders(GUIDE), 'content-length': '1000' }));
    return told(await own.answer().finally(() => own.abort()));
  },
  'a handler that throws': async (wire, path) => {
    const body = asking('throw');
    await wire.write(post(path, body, signedHeaders(body)));
    return told(await wire.answer());
  },
  ...Object.fromEntries(
    ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'].map((method) => [
      method,
      async (wire, path) => {
        await wire.write(head(method, path, signedHeaders(GUIDE)));
        return told(await wire.answer());
      },
    ]),
  ),
};

async function callsOf(port) {
  // Two deliveries in one packet are handled side by side, in any order.
  return (await (await fetch(`http://127.0.0.1:${port}/calls`)).json()).sort();
}

/** @param {string[]} command how the runtime starts a script */
export async function httpLines([command, ...args]) {
  const server = spawn(command, [...args, `${here}hosts/http.js`], { cwd: here, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const ports = await new Promise((resolve, reject) => {
      server.once('exit', (code) => reject(new Error(`the servers ended with ${code}`)));
      server.stdout.once('data', (line) => resolve(JSON.parse(String(line))));
    });
    const all = await Promise.all(Object.entries(ports).map(([entry, port]) => entryLines(entry, port)));
    return all.flat();
  } finally {
    server.removeAllListeners('exit');
    server.kill('SIGKILL');
  }
}

async function entryLines(entry, port) {
  const lines = [];
  let wire = await Wire.open(port);
  /** @param {Exchange} exchange */
  const line = async (id, path, exchange) => {
    if (wire.ended || wire.stale) wire = await Wire.open(port);
    const answer = await exchange(wire, path, port).catch(async (error) => {
      wire.abort();
      // What the server still makes of it belongs to this exchange, not to the next.
      await new Promise((resolve) => setTimeout(resolve, 250));
      return `no answer: ${error.message.split(';')[0]}`;
    });
    lines.push(`http/${entry}/${id.replace(/\s/g, '-')} ${JSON.stringify([answer, await callsOf(port)])}`);
  };
  const sent = (body, headers) => async (wire, path) => {
    await wire.write(post(path, body, headers));
    return told(await wire.answer());
  };
  for (const { title, body, headers } of Object.values(CASES).flat()) {
    await line(title, '/hooks', sent(body, headers));
    if (entry !== 'node') await line(`${title} verified`, '/verify', sent(body, headers));
  }
  for (const [title, exchange] of Object.entries(FRAMINGS)) await line(title, '/hooks', exchange);
  if (entry !== 'node') {
    await line('parsed before', '/parsed', sent(GUIDE, signedHeaders(GUIDE)));
    await line('parsed before, forged', '/parsed', sent(GUIDE, signedHeaders(GUIDE, 'guessed')));
    await line('parsed before, unsigned', '/parsed', sent(GUIDE, { 'content-type': 'application/json' }));
  }
  wire.abort();
  return lines;
}
