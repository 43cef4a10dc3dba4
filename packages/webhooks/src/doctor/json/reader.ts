/** A string of a JSON document. */
export interface JsonString {
  readonly kind: 'string';
  /** As it stands in the document, quotes included. */
  readonly source: string;
  readonly value: string;
}

/** A JSON value that keeps the spelling of its strings and numbers, the order of its members, and duplicate names. */
export type JsonNode =
  | JsonString
  | { readonly kind: 'number'; readonly source: string; readonly index: number }
  | { readonly kind: 'word'; readonly source: string }
  | { readonly kind: 'array'; readonly source: string; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly source: string; readonly members: readonly JsonMember[] };

export interface JsonMember {
  readonly key: JsonString;
  readonly value: JsonNode;
}

export interface JsonDocument {
  readonly root: JsonNode;
  /** The spelling of every number, in document order. */
  readonly numbers: readonly string[];
}

// Deeper than any event, shallow enough for the stack of every runtime.
const MAX_DEPTH = 200;
// Reading more values would take longer than the whole search may.
const MAX_VALUES = 100_000;

/**
 * Reads a JSON document and keeps the spelling of its parts.
 *
 * `JSON.parse` accepts every text that this accepts. The result is undefined for any other text, and for a document of
 * more than 200 levels or 100,000 values. Takes linear time.
 */
export function readJson(text: string): JsonDocument | undefined {
  const reader = new Reader(text);
  const root = reader.document();
  return root === undefined ? undefined : { root, numbers: reader.numbers };
}

/** Whether the text is the beginning of a JSON document: more text could complete it. */
export function endsEarly(text: string): boolean {
  const reader = new Reader(text);
  return reader.document() === undefined && reader.ranOut;
}

/** The result of `JSON.stringify(JSON.parse(text))`; undefined when that throws, or has another value. */
export function compactJson(text: string, indent?: number): string | undefined {
  try {
    const written = JSON.stringify(JSON.parse(text), null, indent);
    return written.includes('null') && overflows(text) ? undefined : written;
  } catch {
    return undefined;
  }
}

/** Whether a JSON text holds a number beyond all doubles, such as `1e400`: JSON.stringify writes `null` for it. */
function overflows(text: string): boolean {
  let found = false;
  JSON.parse(text, (_, value: unknown) => {
    found ||= typeof value === 'number' && !Number.isFinite(value);
    return value;
  });
  return found;
}

/** The member of an object node, the last one of a duplicate name, as in `JSON.parse`. */
export function memberOf(node: JsonNode | undefined, name: string): JsonNode | undefined {
  if (node?.kind !== 'object') return undefined;
  let found: JsonNode | undefined;
  for (const member of node.members) if (member.key.value === name) found = member.value;
  return found;
}

class Reader {
  readonly numbers: string[] = [];
  /** Whether the text ended before the document did. */
  ranOut = false;
  readonly #text: string;
  #at = 0;
  #values = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonNode | undefined {
    const root = this.#value(0);
    this.#space();
    return this.#at === this.#text.length ? root : undefined;
  }

  #value(depth: number): JsonNode | undefined {
    this.#space();
    if (++this.#values > MAX_VALUES || depth > MAX_DEPTH) return undefined;
    switch (this.#text[this.#at]) {
      case '"':
        return this.#string();
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case 't':
        return this.#word('true');
      case 'f':
        return this.#word('false');
      case 'n':
        return this.#word('null');
      default:
        return this.#number();
    }
  }

  #object(depth: number): JsonNode | undefined {
    const start = this.#at++;
    const members: JsonMember[] = [];
    if (!this.#skip('}')) {
      do {
        this.#space();
        const key = this.#string();
        if (key === undefined || !this.#skip(':')) return undefined;
        const value = this.#value(depth + 1);
        if (value === undefined) return undefined;
        members.push({ key, value });
      } while (this.#skip(','));
      if (!this.#skip('}')) return undefined;
    }
    return { kind: 'object', source: this.#text.slice(start, this.#at), members };
  }

  #array(depth: number): JsonNode | undefined {
    const start = this.#at++;
    const items: JsonNode[] = [];
    if (!this.#skip(']')) {
      do {
        const item = this.#value(depth + 1);
        if (item === undefined) return undefined;
        items.push(item);
      } while (this.#skip(','));
      if (!this.#skip(']')) return undefined;
    }
    return { kind: 'array', source: this.#text.slice(start, this.#at), items };
  }

  /** A loop: a regular expression would need a stack as deep as the string has escapes. */
  #string(): JsonString | undefined {
    const text = this.#text;
    const start = this.#at;
    if (text[start] !== '"') return this.#fail();
    let escaped = false;
    for (let at = start + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code < 0x20) return undefined;
      if (code === 0x22) {
        this.#at = at + 1;
        const source = text.slice(start, at + 1);
        return { kind: 'string', source, value: escaped ? (JSON.parse(source) as string) : source.slice(1, -1) };
      }
      if (code !== 0x5c) continue;
      escaped = true;
      const length = escapeLength(text, at);
      if (length === 0) return undefined;
      at += length - 1;
    }
    this.#at = text.length;
    return this.#fail();
  }

  #word(word: string): JsonNode | undefined {
    const found = this.#text.slice(this.#at, this.#at + word.length);
    if (found !== word) {
      this.ranOut = word.startsWith(found) && this.#at + found.length === this.#text.length;
      return undefined;
    }
    this.#at += word.length;
    return { kind: 'word', source: word };
  }

  #number(): JsonNode | undefined {
    const text = this.#text;
    const start = this.#at;
    if (text[this.#at] === '-') this.#at++;
    if (text[this.#at] === '0') this.#at++;
    else if (!this.#digits()) return this.#fail();
    if (text[this.#at] === '.') {
      this.#at++;
      if (!this.#digits()) return this.#fail();
    }
    if (text[this.#at] === 'e' || text[this.#at] === 'E') {
      this.#at++;
      if (text[this.#at] === '+' || text[this.#at] === '-') this.#at++;
      if (!this.#digits()) return this.#fail();
    }
    const source = text.slice(start, this.#at);
    return { kind: 'number', source, index: this.numbers.push(source) - 1 };
  }

  #digits(): boolean {
    const start = this.#at;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (!(code >= 0x30 && code <= 0x39)) return this.#at > start;
      this.#at++;
    }
  }

  #skip(character: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== character) {
      this.#fail();
      return false;
    }
    this.#at++;
    return true;
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #fail(): undefined {
    this.ranOut = this.#at >= this.#text.length;
    return undefined;
  }
}

/** The length of the escape at `at`, also when the text ends in it; 0 when it is not an escape. */
function escapeLength(text: string, at: number): number {
  const next = text[at + 1];
  if (next !== 'u') return next === undefined || '"\\/bfnrt'.includes(next) ? 2 : 0;
  for (let digit = at + 2; digit < at + 6 && digit < text.length; digit++) {
    if (!'0123456789abcdefABCDEF'.includes(text.charAt(digit))) return 0;
  }
  return 6;
}
