import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { start } from './support/sender.js';

it.each([
  ['half of its headers', 'POST /webhooks HTTP/1.1\r\nhost: localhost\r\ncontent-type'],
  [
    'half of its body',
    'POST /webhooks HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
  ],
])('close does not wait for a client that sends %s', { timeout: 60_000 }, async (_name, sent) => {
  const faults: unknown[] = [];
  const { sender } = start({ onError: (error) => faults.push(error) });
  const { port } = new URL((await sender.listen()).url);
  const socket = connect(Number(port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  await new Promise((resolve) => socket.write(sent, resolve));
  // Until the server has read it: an answered request on another connection came later.
  await fetch(`http://127.0.0.1:${port}/webhooks`, { headers: { connection: 'close' } });
  const gone = once(socket, 'close');
  socket.resume();
  await sender.close();
  await gone;
  expect(faults).toEqual([]);
});
