import { connect, type Socket } from 'node:net';

/** One answer as it came over the socket. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
  /** `error.code` of a refusal, undefined for anything else. */
  code: string | undefined;
}

/** An HTTP/1.1 client that sends the bytes it is given: what matters here is exactly what `fetch` and `http` would tidy up. */
export class Wire {
  readonly #socket: Socket;
  readonly #received: Buffer[] = [];
  readonly #answers: Answer[];
  #notify: () => void = () => undefined;
  #ended = false;

  private constructor(socket: Socket, answers: Answer[]) {
    this.#answers = answers;
    this.#socket = socket;
    const end = () => {
      this.#ended = true;
      this.#notify();
    };
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.#received.push(chunk);
      this.#notify();
    });
    socket.on('error', end).on('end', end).on('close', end);
  }

  /** @param answers gets every answer, 1xx aside; where none came, one with status 0 */
  static open(port: number, answers: Answer[] = []): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.off('error', reject);
        resolve(new Wire(socket, answers));
      });
      socket.once('error', reject);
    });
  }

  /** Whether the other side has closed. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether something was received that nobody asked for. */
  get stale(): boolean {
    return this.#received.some((chunk) => chunk.length > 0);
  }

  /** Resolves when the bytes are handed to the kernel or the connection is gone. */
  write(bytes: string | Uint8Array): Promise<void> {
    if (this.#ended) return Promise.resolve();
    return new Promise((resolve) => {
      const over = () => {
        this.#socket.off('close', over);
        resolve();
      };
      this.#socket.once('close', over).write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, over);
    });
  }

  /** The next whole answer; 1xx are passed over. `bodiless` for the answer to HEAD. */
  async answer({ bodiless = false, within = 5_000 } = {}): Promise<Answer> {
    const deadline = Date.now() + within;
    for (;;) {
      const bytes = Buffer.concat(this.#received);
      const parsed = parse(bytes, bodiless, this.#ended);
      if (parsed !== null) {
        this.#received.splice(0, this.#received.length, bytes.subarray(parsed.length));
        if (parsed.answer.status < 200) continue;
        this.#answers.push(parsed.answer);
        return parsed.answer;
      }
      const left = deadline - Date.now();
      if (this.#ended || left <= 0) {
        this.#answers.push({ status: 0, headers: {}, text: '', code: undefined });
        throw new Error(
          `No answer (${this.#ended ? 'closed' : 'time is up'}); received: ${JSON.stringify(bytes.toString('latin1').slice(0, 300))}`,
        );
      }
      await this.#news(left);
    }
  }

  /** Resolves once the other side has closed; false when it does not in time. */
  async closed(within: number): Promise<boolean> {
    const deadline = Date.now() + within;
    while (!this.#ended && Date.now() < deadline) await this.#news(deadline - Date.now());
    return this.#ended;
  }

  /** Goes away without a word: FIN, or RST with `reset`. */
  abort({ reset = false } = {}): void {
    if (reset) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }

  #news(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#notify = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function parse(bytes: Buffer, bodiless: boolean, ended: boolean): { answer: Answer; length: number } | null {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const [statusLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const status = Number(statusLine.split(' ')[1]);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const rest = bytes.subarray(headEnd + 4);
  const body =
    bodiless || status < 200 || status === 204 ? { bytes: Buffer.alloc(0), length: 0 } : bodyOf(headers, rest, ended);
  if (body === null) return null;
  const text = body.bytes.toString('utf8');
  return { answer: { status, headers, text, code: codeOf(text) }, length: headEnd + 4 + body.length };
}

function bodyOf(headers: Record<string, string>, rest: Buffer, ended: boolean) {
  if (headers['transfer-encoding'] === 'chunked') return dechunk(rest);
  const declared = headers['content-length'];
  if (declared === undefined) return ended ? { bytes: rest, length: rest.length } : null;
  const length = Number(declared);
  return rest.length < length ? null : { bytes: rest.subarray(0, length), length };
}

function dechunk(rest: Buffer): { bytes: Buffer; length: number } | null {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = rest.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(rest.subarray(at, lineEnd).toString('latin1'), 16);
    const end = lineEnd + 2 + size + 2;
    if (rest.length < end) return null;
    if (size === 0) return { bytes: Buffer.concat(chunks), length: end };
    chunks.push(rest.subarray(lineEnd + 2, end - 2));
    at = end;
  }
}

function codeOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { error?: { code?: string } }).error?.code;
  } catch {
    return undefined;
  }
}

/** A request line and headers; a header value is sent as latin1, an array as one line each. */
export function head(
  method: string,
  path: string,
  headers: Record<string, string | readonly string[] | undefined>,
): string {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one) => `${name}: ${one}\r\n`),
  );
  return `${method} ${path} HTTP/1.1\r\nhost: localhost\r\n${lines.join('')}\r\n`;
}

/** The bytes in HTTP chunks of a given size, without the last-chunk mark when `open`. */
export function chunked(bytes: Uint8Array, size: number, { open = false } = {}): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), Buffer.from(part), Buffer.from('\r\n'));
  }
  if (!open) parts.push(Buffer.from('0\r\n\r\n'));
  return Buffer.concat(parts);
}
