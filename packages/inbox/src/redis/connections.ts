import type { Redis, RedisOptions } from 'ioredis';
import { withoutPassword } from '../errors.js';
import type { RedisPeers } from '../load-peer.js';

/**
 * The connections of a queue or a worker. BullMQ takes one of them and duplicates it as it needs; all of them are known
 * here, so that they can be cut when the server does not answer any more.
 */
export class Connections {
  readonly #peers: RedisPeers;
  readonly #url: string;
  readonly #options: RedisOptions;
  readonly #silenceMs: number;
  readonly #all = new Set<Redis>();
  #over = false;

  /** @param silenceMs how long a connection may owe an answer before it is replaced; longer than a command may block */
  constructor(peers: RedisPeers, url: string, options: RedisOptions, silenceMs: number) {
    this.#peers = peers;
    this.#url = url;
    this.#options = options;
    this.#silenceMs = silenceMs;
  }

  /** Opens one more connection. `onError` hears what goes wrong with it, without the password. */
  open(onError: (error: Error) => void, options: RedisOptions = {}): Redis {
    const client = new this.#peers.Redis(this.#url, {
      ...this.#options,
      // After each loss: how long to wait before the next try; null ends it and fails what waits.
      retryStrategy: (times) => (this.#over ? null : Math.min(1_000, 50 * times)),
      // After a failover the old primary is a replica that keeps its connections: the URL leads to the new one.
      reconnectOnError: ({ message }) => message.includes('READONLY'),
      ...options,
    });
    this.#all.add(client);
    client.on('error', (error) => onError(withoutPassword(error, this.#url)));
    client.on('end', () => this.#all.delete(client));
    return Object.assign(client, {
      duplicate: (more: RedisOptions = {}) => this.open(onError, { ...options, ...more }),
      sendCommand: endingSilence(client, writingTogether(client), this.#silenceMs),
    });
  }

  /** Ends the connections that are lost at this moment, and lets no lost one come back. */
  stopReconnecting(): void {
    this.#over = true;
    for (const client of this.#all) if (client.status === 'reconnecting') cut(client);
  }

  /** Ends all of them, and with them whatever waits for an answer. */
  cut(): void {
    this.#over = true;
    for (const client of this.#all) cut(client);
  }
}

/**
 * Sends commands as `client` does, but those of one turn of the event loop in one write to the socket: a write for each
 * is the largest part of what a command costs in Node.
 */
function writingTogether(client: Redis): Redis['sendCommand'] {
  const send = client.sendCommand.bind(client);
  let corked: Redis['stream'] | undefined;
  return (command, into) => {
    const { stream } = client;
    if (corked !== stream && stream !== undefined) {
      corked = stream;
      stream.cork();
      // After all promise callbacks that are due now, and so after what they send.
      process.nextTick(() => {
        if (corked === stream) corked = undefined;
        stream.uncork();
      });
    }
    return send(command, into);
  };
}

/**
 * Sends commands with `send`, and ends a connection on which nothing came back for so long after one. When a host loses power
 * or a failover moves its address, the kernel goes on trying for a quarter of an hour, while the URL leads to a new server.
 * The timeout of ioredis would also end the connection that follows a lost one.
 */
function endingSilence(client: Redis, send: Redis['sendCommand'], ms: number): Redis['sendCommand'] {
  let silent = { stream: client.stream, read: 0, since: 0 };
  let watching = false;
  const watch = (after: number) => {
    watching = true;
    // Judged once the sockets were read: this process may have been busy itself.
    setTimeout(() => setImmediate(judge), after).unref();
  };
  const judge = () => {
    watching = false;
    const { stream, read, since } = silent;
    if (stream !== client.stream || stream.bytesRead !== read) return;
    const rest = since + ms - performance.now();
    if (rest > 0) watch(rest);
    else stream.destroy();
  };
  return (command, into) => {
    const { stream } = client;
    // Before the first connection there is none.
    if (stream !== undefined) {
      const read = stream.bytesRead;
      if (silent.stream !== stream || silent.read !== read) silent = { stream, read, since: performance.now() };
      if (!watching) watch(ms);
    }
    return send(command, into);
  };
}

function cut(client: Redis): void {
  // BullMQ repeats what fails with a lost connection, and when closing without a pause: another error ends that.
  // The deliveries concerned are another worker's once their locks end.
  const sendCommand: Redis['sendCommand'] = (command) => {
    // A pipeline looks at its commands only: a promise of our own that rejects would end the process.
    command.reject(new Error('The inbox was closed while Redis was away'));
    return command.promise;
  };
  Object.assign(client, { sendCommand });
  // Between two tries there is no socket to end, and BullMQ waits for that end: one more try, broken off.
  if (client.status === 'reconnecting') client.connect().catch(() => undefined);
  client.disconnect();
}
