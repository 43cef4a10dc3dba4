import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { styleText } from 'node:util';

/** What a command can touch of the world; the binary gives it the process. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined; setRawMode?(mode: boolean): unknown };
  readonly stdout: Writable & { readonly isTTY?: boolean | undefined };
  readonly stderr: Writable & { readonly isTTY?: boolean | undefined };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts on Ctrl-C and on SIGTERM. */
  readonly signal: AbortSignal;
}

/** Resolves on Ctrl-C or SIGTERM, at once when it came before. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

export type Paint = (text: string, style: 'good' | 'bad' | 'dim' | 'bold') => string;

const STYLES = { good: 'green', bad: 'red', dim: 'dim', bold: 'bold' } as const;

/** Colors for a terminal; plain text when piped or when NO_COLOR is set. */
export function painter({ stdout, env }: Io): Paint {
  const on = stdout.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  return (text, style) => (on ? styleText(STYLES[style], text, { validateStream: false }) : text);
}

export function print(io: Io, text: string): void {
  io.stdout.write(`${text}\n`);
}

export function note(io: Io, text: string): void {
  io.stderr.write(`${text}\n`);
}

/** One JSON document. */
export function printJson(io: Io, value: unknown): void {
  print(io, jsonText(value, 2));
}

/** One line of NDJSON. */
export function printJsonLine(io: Io, value: unknown): void {
  print(io, jsonText(value));
}

/** JSON leaves control characters above U+007F as they are; a terminal would obey some of them. */
function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(/[\u007f-\u009f]|\p{Cf}|\p{Zl}|\p{Zp}/gu, unicodeEscapes);
}

// Control characters, invisible ones that reorder or hide text, line separators, lone surrogates.
const UNSAFE = /\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}|\p{Cs}/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A stranger's text as one line for a terminal: control characters become visible escapes (`\n`, `\u001b`), so that it can
 * neither forge a line nor move the cursor. The only such function: everything from servers, files and requests passes it.
 */
export function harmless(text: string, limit = 2_000): string {
  const line = text.slice(0, limit).replace(UNSAFE, (character) => SHORT[character] ?? unicodeEscapes(character));
  return text.length > limit ? `${line}… (${text.length} characters)` : line;
}

/** A stranger's text of several lines. Each begins with the indent, so that none can pass for one of ours. */
export function harmlessLines(text: string, indent = '  ', limit = 2_000): string {
  const lines = text.slice(0, limit).split(/\r?\n/);
  const more = text.length > limit ? `… (${text.length} characters)` : '';
  // A tab stays one; a backslash and a `t`, as in JSON, stay two characters.
  const shown = (line: string) =>
    line
      .split('\t')
      .map((part) => harmless(part, limit))
      .join('\t');
  return lines.map((line) => indent + shown(line)).join('\n') + more;
}

function unicodeEscapes(character: string): string {
  return [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('');
}

/** Columns wide enough for their longest cell. Cells are made harmless. */
export function table(rows: readonly (readonly string[])[]): string {
  // A server may leave members out, whatever their type says.
  const cells = rows.map((row) => row.map((cell: unknown) => harmless(String(cell ?? '-'), 300)));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
