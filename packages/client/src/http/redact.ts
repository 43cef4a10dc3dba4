const MARK = '[redacted]';
// Shorter values are taken out only where they are the whole of a JSON string: cutting every "a" out of a text
// would make it unreadable, and would tell where the letter stood.
const ALWAYS = 8;

/** Takes the values it knows (token, headers, the secret of the call) out of texts that errors will carry. */
export class Redactor {
  readonly #values: readonly string[];

  constructor(values: readonly (string | undefined)[]) {
    this.#values = values.filter((value) => value !== undefined && value !== '') as string[];
  }

  with(value: string | undefined): Redactor {
    return new Redactor([...this.#values, value]);
  }

  text(text: string): string {
    let out = text;
    for (const value of this.#values) {
      for (const form of spellings(value)) {
        if (value.length >= ALWAYS) out = out.replaceAll(form, MARK);
        else
          out = out.replaceAll(`"${form}"`, (whole, at: number) =>
            isMemberName(out, at + whole.length) ? whole : `"${MARK}"`,
          );
      }
    }
    return out;
  }

  /** The error itself when it says nothing secret, else a copy of what it says with the secrets taken out. */
  cause(error: unknown, depth = 0): unknown {
    if (!(error instanceof Error)) return typeof error === 'string' ? this.text(error) : error;
    const inner = depth < 5 ? this.cause(error.cause, depth + 1) : undefined;
    const message = this.text(error.message);
    const clean = message === error.message && this.text(error.stack ?? '') === (error.stack ?? '');
    if (clean && inner === error.cause) return error;
    const copy = new Error(message, inner === undefined ? undefined : { cause: inner });
    copy.name = error.name;
    copy.stack = `${error.name}: ${message}`;
    const { code } = error as { code?: unknown };
    return typeof code === 'string' ? Object.assign(copy, { code }) : copy;
  }
}

/** As it is, as JSON writes it, and as JSON in ASCII writes it. */
function spellings(value: string): Set<string> {
  const json = JSON.stringify(value).slice(1, -1);
  const ascii = json.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return new Set([value, json, ascii]);
}

/** `"secret":` names a member; it is not the secret "secret". */
function isMemberName(text: string, end: number): boolean {
  return /^\s*:/.test(text.slice(end, end + 8));
}
