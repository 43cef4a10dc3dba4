import type { Readable, Writable } from 'node:stream';

/** What a command can touch of the world; the binary gives it the process. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined; setRawMode?(mode: boolean): unknown };
  readonly stdout: Writable & { readonly isTTY?: boolean | undefined };
  readonly stderr: Writable & { readonly isTTY?: boolean | undefined };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
}

export type Paint = (text: string, style: 'good' | 'bad' | 'dim' | 'bold') => string;

const CODES = { good: '32', bad: '31', dim: '2', bold: '1' } as const;

/** Colours for a terminal; plain text when piped or when NO_COLOR is set. */
export function painter({ stdout, env }: Io): Paint {
  const on = stdout.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  return (text, style) => (on ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
}

export function print(io: Io, text: string): void {
  io.stdout.write(`${text}\n`);
}

export function note(io: Io, text: string): void {
  io.stderr.write(`${text}\n`);
}

/** One JSON document. */
export function printJson(io: Io, value: unknown): void {
  print(io, JSON.stringify(value, null, 2));
}

/** Text of a stranger, fit for a terminal: no control characters, no end of screen. */
export function harmless(text: string, limit = 2_000): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => (/[\n\t]/.test(character) ? character : '\ufffd'));
  return plain.length > limit ? `${plain.slice(0, limit)}… (${text.length} characters)` : plain;
}

/** Columns wide enough for their longest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
