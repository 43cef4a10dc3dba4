import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { Io } from '../../io.js';
import { redactor } from './redact.js';

/** The largest message of the client, in bytes. */
export const MAX_MESSAGE = 10 * 1024 * 1024;
const MAX_ANSWER = 512 * 1024;

/**
 * The protocol on standard input and output. Every message that leaves has a bounded size and holds no configured secret,
 * whatever made it.
 */
export class BoundedTransport extends StdioServerTransport {
  readonly #redacted: ReturnType<typeof redactor>;

  constructor({ stdin, stdout, env }: Io) {
    super(stdin, stdout, { maxBufferSize: MAX_MESSAGE });
    this.#redacted = redactor(env);
  }

  override send(message: JSONRPCMessage): Promise<void> {
    const safe = this.#redacted(message);
    if (!('id' in safe) || safe.id === undefined || JSON.stringify(safe).length <= MAX_ANSWER) return super.send(safe);
    return super.send({ jsonrpc: '2.0', id: safe.id, error: { code: -32_603, message: 'the answer is too large' } });
  }
}
