/** A JSON value that remembers how its strings and numbers were spelt, the order of members, and twins among them. */
export type JsonNode =
  | { readonly kind: 'string'; readonly raw: string; readonly value: string }
  | { readonly kind: 'number'; readonly raw: string; readonly index: number }
  | { readonly kind: 'word'; readonly raw: string }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] };

export interface JsonMember {
  readonly key: Extract<JsonNode, { kind: 'string' }>;
  readonly value: JsonNode;
}

export interface JsonDocument {
  readonly root: JsonNode;
  /** The spelling of every number, in document order. */
  readonly numbers: readonly string[];
  /** Where the value ends: what follows is white space in a well-formed document. */
  readonly end: number;
}

// Deeper than any event, shallow enough for every runtime's stack.
const MAX_DEPTH = 200;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// Unrolled, so that a long string costs no backtracking. Raw control characters are let through: JSON.parse judges later.
const STRING = /"[^"\\]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\]*)*"/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\n\r]*/y;

/** Reads the JSON value at the start of `text`; undefined where there is none, or it is nested beyond reason. */
export function parseJson(text: string): JsonDocument | undefined {
  const numbers: string[] = [];
  let at = 0;

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const skip = (character: string): boolean => {
    take(SPACE);
    if (text[at] !== character) return false;
    at++;
    return true;
  };
  const string = (): Extract<JsonNode, { kind: 'string' }> | undefined => {
    take(SPACE);
    const raw = take(STRING);
    if (raw === undefined) return undefined;
    return { kind: 'string', raw, value: raw.includes('\\') ? unescaped(raw) : raw.slice(1, -1) };
  };
  const value = (depth: number): JsonNode | undefined => {
    take(SPACE);
    const first = text[at];
    if (first === '"') return string();
    if (first === '{') return depth > MAX_DEPTH ? undefined : object(depth);
    if (first === '[') return depth > MAX_DEPTH ? undefined : array(depth);
    const word = take(WORD);
    if (word !== undefined) return { kind: 'word', raw: word };
    const raw = take(NUMBER);
    if (raw === undefined) return undefined;
    return { kind: 'number', raw, index: numbers.push(raw) - 1 };
  };
  const object = (depth: number): JsonNode | undefined => {
    const members: JsonMember[] = [];
    at++;
    if (skip('}')) return { kind: 'object', members };
    do {
      const key = string();
      if (key === undefined || !skip(':')) return undefined;
      const member = value(depth + 1);
      if (member === undefined) return undefined;
      members.push({ key, value: member });
    } while (skip(','));
    return skip('}') ? { kind: 'object', members } : undefined;
  };
  const array = (depth: number): JsonNode | undefined => {
    const items: JsonNode[] = [];
    at++;
    if (skip(']')) return { kind: 'array', items };
    do {
      const item = value(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
    } while (skip(','));
    return skip(']') ? { kind: 'array', items } : undefined;
  };

  const root = value(0);
  return root === undefined ? undefined : { root, numbers, end: at };
}

function unescaped(raw: string): string {
  try {
    return JSON.parse(raw) as string;
  } catch {
    return raw.slice(1, -1);
  }
}

/** The member of an object node, the last of twins as JSON.parse has it. */
export function memberOf(node: JsonNode | undefined, name: string): JsonNode | undefined {
  if (node?.kind !== 'object') return undefined;
  return node.members.filter((member) => member.key.value === name).at(-1)?.value;
}
