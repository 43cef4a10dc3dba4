import { notUnderstood } from './request.js';

/** One argument of a command, as the shell passes it on. */
export interface Word {
  readonly bytes: Buffer;
  /** Whether the argument is unknown: it holds a variable, a pattern or a doubtful backslash. */
  readonly expands: boolean;
  /** Whether it may become several arguments, options among them: it holds a variable without quotes, or a list. */
  readonly splits: boolean;
}

/** One command of a line, and whether it reads the output of the one before it. */
export interface ShellCommand {
  readonly words: readonly Word[];
  readonly piped: boolean;
}

const ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  e: 27,
  E: 27,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  "'": 39,
  '"': 34,
  '?': 63,
};

const MAX_NAME = 256;
// In quotes all but a list, as `"$@"` or `"${all[@]}"`.
const ONE_WORD = /^\$(?:[\w*#?!$-]|\{[^}@]*\})/;

/**
 * Reads command lines as bash and zsh do: quotes, `$'…'` with octal, hexadecimal and Unicode escapes, backslashes,
 * continued lines, pipes. Nothing is expanded: a word with a variable is marked.
 *
 * @throws CaptureError for what it does not understand: an open quote, `$(…)`, a here-document
 */
export function posixCommands(text: string): ShellCommand[] {
  return new PosixReader(text).commands();
}

class PosixReader {
  readonly #text: string;
  #at = 0;
  #parts: Buffer[] = [];
  #pending = '';
  #open = false;
  #expands = false;
  #splits = false;

  constructor(text: string) {
    this.#text = text;
  }

  commands(): ShellCommand[] {
    const found: ShellCommand[] = [];
    let words: Word[] = [];
    let piped = false;
    let redirects = false;
    const endWord = () => {
      const word = this.#take();
      if (word !== undefined && !redirects) words.push(word);
      if (word !== undefined) redirects = false;
    };
    while (this.#at < this.#text.length) {
      const character = this.#text.charAt(this.#at);
      if (character === ' ' || character === '\t' || character === '\r') {
        endWord();
        this.#at++;
      } else if (character === '#' && !this.#open) {
        while (this.#at < this.#text.length && this.#text[this.#at] !== '\n') this.#at++;
      } else if ('\n;&|'.includes(character)) {
        endWord();
        if (words.length > 0) found.push({ words, piped });
        words = [];
        piped = character === '|' && this.#text[this.#at + 1] !== '|';
        this.#at += /^(?:\|\||&&|\|&|;;)/.test(this.#text.slice(this.#at, this.#at + 2)) ? 2 : 1;
      } else if (character === '<' || character === '>') {
        endWord();
        if (character === '<') throw notUnderstood('the command reads a file or a here-document: give the body itself');
        this.#at += /^>[>&|]/.test(this.#text.slice(this.#at, this.#at + 2)) ? 2 : 1;
        redirects = true;
      } else this.#wordPart(character);
    }
    endWord();
    if (words.length > 0) found.push({ words, piped });
    return found;
  }

  #wordPart(character: string): void {
    const next = this.#text.charAt(this.#at + 1);
    if (character === '\\') {
      if (next === '\r' && this.#text[this.#at + 2] === '\n') this.#at += 3;
      else {
        if (next !== '\n') this.#add(next);
        this.#at += 2;
      }
    } else if (character === "'") {
      const end = this.#text.indexOf("'", this.#at + 1);
      if (end < 0) throw openQuote();
      this.#add(this.#text.slice(this.#at + 1, end));
      this.#at = end + 1;
    } else if (character === '"') this.#doubleQuoted();
    else if (character === '$' && next === "'") this.#ansiQuoted();
    else if (character === '$' && next === '"') this.#at++;
    else if (character === '$' || character === '`') this.#expansion(character, next, false);
    else {
      // A brace, a pattern of file names, or the home folder.
      if ('{*?['.includes(character) || (character === '~' && !this.#open)) this.#expands = true;
      // Behind other text, each of the arguments begins with that text.
      if ('{*?['.includes(character) && this.#pending === '' && this.#parts.length === 0) this.#splits = true;
      this.#add(character);
      this.#at++;
    }
  }

  #doubleQuoted(): void {
    this.#add('');
    this.#at++;
    for (;;) {
      const character = this.#text.charAt(this.#at);
      const next = this.#text.charAt(this.#at + 1);
      if (character === '') throw openQuote();
      if (character === '"') break;
      if (character === '\\' && '"\\$`\n'.includes(next) && next !== '') {
        if (next !== '\n') this.#add(next);
        this.#at += 2;
      } else if (character === '$' || character === '`') this.#expansion(character, next, true);
      else {
        this.#add(character);
        this.#at++;
      }
    }
    this.#at++;
  }

  #ansiQuoted(): void {
    this.#add('');
    this.#at += 2;
    for (;;) {
      const character = this.#text.charAt(this.#at);
      if (character === '') throw openQuote();
      if (character === "'") break;
      if (character === '\\') this.#ansiEscape();
      else {
        this.#add(character);
        this.#at++;
      }
    }
    this.#at++;
  }

  /** An octal or hexadecimal escape is a byte, a Unicode one is a character. */
  #ansiEscape(): void {
    const rest = this.#text.slice(this.#at + 1, this.#at + 10);
    const digits = /^(?:x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[0-7]{1,3})/.exec(rest)?.[0];
    const kind = rest.charAt(0);
    if (digits !== undefined) {
      const code = Number.parseInt(/^[xuU]/.test(kind) ? digits.slice(1) : digits, /^[xuU]/.test(kind) ? 16 : 8);
      if (code === 0) throw notUnderstood('the command holds an escaped NUL, which no shell passes on');
      if (kind === 'u' || kind === 'U') {
        if (code > 0x10ffff) throw notUnderstood('the command holds an escape beyond Unicode');
        this.#add(String.fromCodePoint(code));
      } else this.#addByte(code & 0xff);
      this.#at += 1 + digits.length;
      return;
    }
    if (rest.startsWith('x{')) throw notUnderstood('the command holds an escape of bash alone (\\x{…})');
    if (kind === 'c') throw notUnderstood('the command holds an escaped control character (\\c)');
    const byte = ESCAPES[kind];
    if (byte === undefined) this.#add(`\\${kind}`);
    else this.#addByte(byte);
    this.#at += 2;
  }

  #expansion(character: string, next: string, quoted: boolean): void {
    if (character === '`' || next === '(') throw notUnderstood('the command runs another command inside (`…` or $(…))');
    if (/[\w{@*#?!$-]/.test(next)) {
      this.#expands = true;
      if (!quoted || !ONE_WORD.test(this.#text.slice(this.#at, this.#at + MAX_NAME))) this.#splits = true;
    }
    this.#add(character);
    this.#at++;
  }

  #add(text: string): void {
    this.#open = true;
    this.#pending += text;
  }

  #addByte(byte: number): void {
    this.#open = true;
    if (byte < 0x80) {
      this.#pending += String.fromCharCode(byte);
      return;
    }
    if (/\p{Cs}/u.test(this.#pending)) throw notUnderstood('the command holds half of a surrogate pair');
    this.#parts.push(Buffer.from(this.#pending), Buffer.of(byte));
    this.#pending = '';
  }

  #take(): Word | undefined {
    if (!this.#open) return undefined;
    // Two halves of a pair beside each other are the character that a browser escaped so.
    if (/\p{Cs}/u.test(this.#pending)) throw notUnderstood('the command holds half of a surrogate pair');
    const bytes = Buffer.concat([...this.#parts, Buffer.from(this.#pending)]);
    const word = { bytes, expands: this.#expands, splits: this.#splits };
    this.#parts = [];
    this.#pending = '';
    this.#open = false;
    this.#expands = false;
    this.#splits = false;
    return word;
  }
}

function openQuote(): Error {
  return notUnderstood('the command has a quote that is not closed');
}
