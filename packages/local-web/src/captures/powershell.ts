import { addHeader, type CapturedRequest, notUnderstood } from './request.js';

const COMMANDS = /(?:^|[\n;=|])[ \t]*(?:Invoke-WebRequest|Invoke-RestMethod|iwr|irm)\s/i;
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  0: '\0',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\x1b',
};

const TYPOGRAPHIC: Readonly<Record<string, string>> = { "'": '‘’‚‛', '"': '“”„' };

/** Whether a text is a request in PowerShell. */
export function isPowerShell(text: string): boolean {
  return COMMANDS.test(text) || /^\s*\$\w+ ?= ?New-Object /i.test(text);
}

/**
 * The request of a browser's "Copy as PowerShell", or of one `Invoke-WebRequest` in its style.
 *
 * @throws CaptureError for all else PowerShell can do: variables in the body, here-strings, several requests
 */
export function fromPowerShell(text: string): CapturedRequest[] {
  const from = COMMANDS.exec(text);
  if (from === null) throw notUnderstood('the PowerShell commands have no Invoke-WebRequest');
  const rest = text.slice(from.index + from[0].length);
  if (COMMANDS.test(rest)) throw notUnderstood('there are several PowerShell requests: give one');
  return [new Reader(text.slice(0, from.index), rest).request()];
}

class Reader {
  /** What stands before the command: a browser makes a session there. */
  readonly #before: string;
  readonly #text: string;
  #at = 0;

  constructor(before: string, text: string) {
    this.#before = before;
    this.#text = text;
  }

  request(): CapturedRequest {
    const headers: Record<string, string> = {};
    let allHeaders = true;
    let body: Buffer | undefined;
    const names = new Set<string>();
    for (let name = this.#parameter(); name !== undefined; name = this.#parameter()) {
      // PowerShell refuses it.
      if (names.has(name)) throw notUnderstood(`the PowerShell request has -${name} twice`);
      names.add(name);
      // PowerShell takes a shortened name, too.
      if (name.startsWith('h') && 'headers'.startsWith(name)) allHeaders = this.#headers(headers) && allHeaders;
      else if (name.startsWith('w') && 'websession'.startsWith(name)) allHeaders = this.#session() && allHeaders;
      else if (name === 'body') body = this.#body();
      else if (/^(?:infile|form)$/.test(name)) throw notUnderstood('the PowerShell request sends a file or a form');
      else this.#skipValue();
    }
    if (body === undefined) throw notUnderstood('the PowerShell request has no -Body');
    return { body, headers, allHeaders };
  }

  /** The next `-Name`, in lower case; undefined at the end of the command. */
  #parameter(): string | undefined {
    for (;;) {
      this.#space();
      const found = /^-([A-Za-z]+):?/.exec(this.#text.slice(this.#at, this.#at + 64));
      if (found !== null) {
        this.#at += found[0].length;
        return found[1]?.toLowerCase();
      }
      if (this.#at >= this.#text.length || /[\n;|]/.test(this.#text.charAt(this.#at))) return undefined;
      this.#skipValue();
    }
  }

  /** Whether the session is made in this capture, without headers. */
  #session(): boolean {
    this.#space();
    const name = /^\$(\w+)/.exec(this.#text.slice(this.#at, this.#at + 128))?.[1];
    this.#skipValue();
    const made = new RegExp(`\\$${name}\\s*=\\s*New-Object\\b`, 'i');
    return name !== undefined && made.test(this.#before) && !/\.Headers\b/i.test(this.#before);
  }

  #headers(headers: Record<string, string>): boolean {
    this.#space();
    if (!this.#text.startsWith('@{', this.#at)) {
      this.#skipValue();
      return false;
    }
    this.#at += 2;
    let all = true;
    for (;;) {
      this.#space(true);
      if (this.#text[this.#at] === '}') break;
      const name = this.#string() ?? this.#bare();
      this.#space();
      if (name === '' || this.#text[this.#at] !== '=')
        throw notUnderstood('the -Headers of the PowerShell request are damaged');
      this.#at++;
      this.#space();
      const value = this.#string();
      if (value === undefined) {
        all = false;
        this.#skipValue();
      } else addHeader(headers, name, value);
    }
    this.#at++;
    return all;
  }

  #body(): Buffer {
    this.#space();
    const call = /^\(\s*\[(?:System\.)?Text\.Encoding\]::UTF8\.GetBytes\(\s*/i.exec(
      this.#text.slice(this.#at, this.#at + 128),
    );
    if (call !== null) this.#at += call[0].length;
    const text = this.#string();
    this.#space();
    if (text === undefined || (call !== null && !/^\)\s*\)/.test(this.#text.slice(this.#at, this.#at + 64)))) {
      throw notUnderstood('the -Body of the PowerShell request is not plain text');
    }
    // Sent as ISO 8859-1 by Windows PowerShell and as UTF-8 by PowerShell 7.
    if (call === null && /[^\p{ASCII}]/u.test(text))
      throw notUnderstood('the character set of -Body depends on the version of PowerShell');
    if (call !== null) this.#at = this.#text.indexOf(')', this.#text.indexOf(')', this.#at) + 1) + 1;
    return Buffer.from(text);
  }

  /** A quoted string; undefined where none begins here. */
  #string(): string | undefined {
    const quote = this.#text.charAt(this.#at);
    if (quote !== '"' && quote !== "'") return undefined;
    let value = '';
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const character = this.#text.charAt(at);
      const next = this.#text.charAt(at + 1);
      if (character === quote) {
        if (next !== quote) {
          this.#at = at + 1;
          return value;
        }
        value += quote;
        at++;
      } else if (TYPOGRAPHIC[quote]?.includes(character)) {
        // To PowerShell a quote of the same kind: the text ends there.
        break;
      } else if (quote === '"' && character === '`') {
        if (next === 'u') throw notUnderstood('the PowerShell request holds a `u escape');
        value += ESCAPES[next] ?? next;
        at++;
      } else if (quote === '"' && character === '$') {
        const code = /^\$\(\[char\](\d{1,5})\)/i.exec(this.#text.slice(at, at + 24));
        if (code === null) throw notUnderstood('the PowerShell request holds a variable');
        value += String.fromCharCode(Number(code[1]));
        at += code[0].length - 1;
      } else value += character;
    }
    throw notUnderstood('the command has a quote that is not closed');
  }

  #bare(): string {
    const found = /^[\w-]+/.exec(this.#text.slice(this.#at, this.#at + 128))?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #skipValue(): void {
    this.#space();
    if (this.#string() !== undefined) return;
    if (this.#text.startsWith('@', this.#at) || this.#text.startsWith('(', this.#at)) {
      throw notUnderstood('the PowerShell request holds an expression');
    }
    const start = this.#at;
    while (this.#at < this.#text.length && /[^\s;|}"']/.test(this.#text.charAt(this.#at))) this.#at++;
    if (this.#at === start && !this.#text.startsWith('-', start)) this.#at++;
  }

  /** White space and continued lines; also line ends and semicolons between the entries of a table. */
  #space(lines = false): void {
    for (;;) {
      const character = this.#text.charAt(this.#at);
      if (character === ' ' || character === '\t' || character === '\r') this.#at++;
      else if (character === '`' && /^`\r?\n/.test(this.#text.slice(this.#at, this.#at + 3))) {
        this.#at = this.#text.indexOf('\n', this.#at) + 1;
      } else if (lines && (character === '\n' || character === ';')) this.#at++;
      else if (lines && character === '') throw notUnderstood('the -Headers of the PowerShell request have no end');
      else return;
    }
  }
}
