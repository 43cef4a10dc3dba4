import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import * as z from 'zod';
import { reasonOf, usage } from '../../failure.js';
import { harmless, type Io } from '../../io.js';
import { redactor } from './redact.js';
import { inToolWords } from './words.js';

const MAX_RUNNING = 16;
/** Shorter than the minute after which the SDK's client stops waiting. */
export const TIME_LIMIT_MS = 50_000;

/** What a tool may use during one call. */
export interface Call {
  readonly io: Io;
  /** Aborts when the client cancels, on Ctrl-C and after {@link TIME_LIMIT_MS}. */
  readonly signal: AbortSignal;
  /** Tells a client that asked for it how far the call is. */
  progress(done: number, message: string): void;
}

/** A tool as the client sees it. */
export interface ToolDefinition<Input extends z.ZodRawShape, Output extends z.ZodRawShape> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
}

type Shaped<Shape extends z.ZodRawShape> = z.infer<z.ZodObject<Shape>>;

/** The calls that run. */
export class Calls {
  readonly #io: Io;
  readonly #running = new Set<Promise<unknown>>();
  readonly redacted: ReturnType<typeof redactor>;

  constructor(io: Io) {
    this.#io = io;
    this.redacted = redactor(io.env);
  }

  async run<T>(work: (call: Call) => Promise<T>, canceled: AbortSignal, progress: Call['progress']): Promise<T> {
    if (this.#running.size >= MAX_RUNNING) throw usage(`${MAX_RUNNING} calls are running: wait for one of them`);
    const limit = AbortSignal.timeout(TIME_LIMIT_MS);
    const signal = AbortSignal.any([this.#io.signal, canceled, limit]);
    const working = work({ io: this.#io, signal, progress });
    const running = Promise.race([working, rejectedBy(signal, limit)]);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#running);
  }
}

/** Not every library takes a signal: the call ends all the same. */
function rejectedBy(signal: AbortSignal, limit: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(usage(limit.aborted ? `no result in ${TIME_LIMIT_MS / 1_000} s` : 'canceled'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/** Registers a read-only tool: checked input, structured output, errors as one line. */
export function addTool<Input extends z.ZodRawShape, Output extends z.ZodRawShape>(
  server: McpServer,
  calls: Calls,
  { name, title, description, input, output }: ToolDefinition<Input, Output>,
  work: (input: Shaped<Input>, call: Call) => Promise<Shaped<Output>>,
): void {
  const names = Object.keys(input);
  const takes = names.length === 0 ? 'nothing' : names.map((one) => `\`${one}\``).join(', ');
  const inputSchema: z.ZodType<Shaped<Input>> = z.strictObject(input, {
    error: ({ code }) => (code === 'unrecognized_keys' ? `unknown input: ${name} takes ${takes}` : undefined),
  });
  const annotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
  server.registerTool<z.ZodType, typeof inputSchema>(
    name,
    { title, description, inputSchema, outputSchema: z.object(output), annotations },
    async (given, { signal, sendNotification, _meta }) => {
      const progressToken = _meta?.progressToken;
      const progress = (done: number, message: string) => {
        if (progressToken === undefined) return;
        const params = { progressToken, progress: done, message };
        sendNotification({ method: 'notifications/progress', params }).catch(() => undefined);
      };
      try {
        const result = calls.redacted(await calls.run((call) => work(given, call), signal, progress));
        return { structuredContent: result, content: [{ type: 'text', text: JSON.stringify(result, null, 2) }] };
      } catch (error) {
        const text = calls.redacted(harmless(inToolWords(reasonOf(error)), 1_000));
        return { isError: true, content: [{ type: 'text', text }] };
      }
    },
  );
}

/** A stranger's text in a result: escaped, and at most this long. */
export function shown(text: string, limit = 300): string {
  return harmless(text, limit).slice(0, limit + 30);
}

/** The value of a variable; without it, an error that says where to set it. */
export function requireVariable({ env }: Io, name: string, what: string): string {
  const value = env[name]?.trim() ?? '';
  if (value !== '') return value;
  throw usage(
    `${name} is not set (${what}): add it to \`env\` of this server in the assistant's configuration, then restart the server`,
  );
}
