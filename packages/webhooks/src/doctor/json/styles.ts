import { EXAMPLES } from '../../generated/examples.js';
import type { NumberStyle } from './numbers.js';
import { type JsonMember, type JsonNode, memberOf } from './reader.js';

/** How a serializer lays out white space. */
export interface Layout {
  readonly item: string;
  readonly colon: string;
  /** One level of indentation; undefined for one line. */
  readonly indent?: string;
  readonly eol?: string;
  /** Inside non-empty braces, and inside brackets, of a one-line layout. */
  readonly brace?: string;
  readonly bracket?: string;
}

/** The white space of common serializers (JavaScript, Python, Go, PHP, Ruby, Jackson) and of hand-written JSON. */
export const LAYOUTS: readonly Layout[] = [
  { item: ',', colon: ':' },
  { item: ', ', colon: ': ' },
  { item: ',', colon: ': ', indent: '  ' },
  { item: ',', colon: ': ', indent: '    ' },
  { item: ', ', colon: ': ', brace: ' ' },
  { item: ',', colon: ': ', indent: '\t' },
  { item: ',', colon: ': ' },
  { item: ', ', colon: ':' },
  { item: ', ', colon: ': ', brace: ' ', bracket: ' ' },
  { item: ',', colon: ': ', indent: '  ', eol: '\r\n' },
  { item: ',', colon: ': ', indent: '    ', eol: '\r\n' },
  { item: ',', colon: ': ', indent: '\t', eol: '\r\n' },
  { item: ',', colon: ' : ', indent: '  ' },
  { item: ',', colon: ': ', indent: '   ' },
  { item: ',', colon: ': ', indent: '' },
  { item: ',', colon: ':', brace: ' ' },
];

export type Spelling = (node: Extract<JsonNode, { kind: 'string' }>) => string;

const plain: Spelling = (node) => (node.source.includes('\\') ? JSON.stringify(node.value) : node.source);
const escaped =
  (pattern: RegExp, spell: (character: string) => string): Spelling =>
  (node) =>
    plain(node).replace(pattern, spell);
const unit = (character: string, upper: boolean) => {
  const hex = character.charCodeAt(0).toString(16).padStart(4, '0');
  return `\\u${upper ? hex.toUpperCase() : hex}`;
};
const lower = (character: string) => unit(character, false);
const upper = (character: string) => unit(character, true);
const slash = (character: string) => (character === '/' ? '\\/' : lower(character));

const NON_ASCII = /[\u007f-\uffff]|\\u/;

/** How a serializer escapes strings, and whether that changes a text. */
export const SPELLINGS: readonly (readonly [Spelling, changes: (text: string) => boolean])[] = [
  [(node) => node.source, () => true],
  [plain, (text) => text.includes('\\')],
  [escaped(/\//g, slash), (text) => text.includes('/')],
  [escaped(/[\u007f-\uffff]/g, lower), (text) => NON_ASCII.test(text)],
  [escaped(/[/\u007f-\uffff]/g, slash), (text) => text.includes('/') && NON_ASCII.test(text)],
  [escaped(/[\u007f-\uffff]/g, upper), (text) => NON_ASCII.test(text)],
  // Go and .NET make JSON safe to paste into HTML.
  [escaped(/[<>&\u2028\u2029]/g, lower), (text) => /[<>&\u2028\u2029]/.test(text)],
  [escaped(/[<>&'+`\u007f-\uffff]/g, upper), (text) => /[<>&'+`]/.test(text)],
];

/** Writes a tree in one style; `number` spells the number at each place. */
export function write(root: JsonNode, layout: Layout, spell: Spelling, number: NumberStyle): string {
  const { item, colon, indent, eol = '\n', brace = '', bracket = '' } = layout;
  const nest = (open: string, close: string, parts: string[], depth: number, pad: string): string => {
    if (parts.length === 0) return open + close;
    if (indent === undefined) return open + pad + parts.join(item) + pad + close;
    const inner = eol + indent.repeat(depth + 1);
    return open + inner + parts.join(item + inner) + eol + indent.repeat(depth) + close;
  };
  const render = (node: JsonNode, depth: number): string => {
    switch (node.kind) {
      case 'string':
        return spell(node);
      case 'number':
        return number(node.source, node.index);
      case 'word':
        return node.source;
      case 'array': {
        const parts = node.items.map((value) => render(value, depth + 1));
        return nest('[', ']', parts, depth, bracket);
      }
      case 'object': {
        const parts = node.members.map((member) => spell(member.key) + colon + render(member.value, depth + 1));
        return nest('{', '}', parts, depth, brace);
      }
    }
  };
  return render(root, 0);
}

/** The same value with its members in other orders: as given, as in the guide, sorted. */
export function orders(root: JsonNode): JsonNode[] {
  const found = [root];
  const seen = new Set([keysOf(root)]);
  for (const reordered of [inGuideOrder(root), sorted(root)]) {
    const keys = keysOf(reordered);
    if (!seen.has(keys)) found.push(reordered);
    seen.add(keys);
  }
  return found;
}

function keysOf(node: JsonNode): string {
  if (node.kind === 'array') return node.items.map(keysOf).join('');
  if (node.kind !== 'object') return '';
  return `{${node.members.map((member) => member.key.source + keysOf(member.value)).join()}}`;
}

function sorted(node: JsonNode): JsonNode {
  if (node.kind === 'array') return { ...node, items: node.items.map(sorted) };
  if (node.kind !== 'object') return node;
  const members = node.members.map((member) => ({ ...member, value: sorted(member.value) }));
  return { ...node, members: members.sort((a, b) => compare(a.key.value, b.key.value)) };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Restores the guide's order after a store that reorders members, such as PostgreSQL's jsonb. */
function inGuideOrder(root: JsonNode): JsonNode {
  const name = memberOf(root, 'event');
  const known = name?.kind === 'string' && Object.hasOwn(EXAMPLES, name.value);
  const model: unknown = known ? EXAMPLES[name.value as keyof typeof EXAMPLES] : { event: '', timestamp: '', data: {} };
  return follow(root, model);
}

function ownMember(model: object, name: string): unknown {
  return Object.hasOwn(model, name) ? (model as Record<string, unknown>)[name] : undefined;
}

function follow(node: JsonNode, model: unknown): JsonNode {
  if (node.kind === 'array') {
    const first: unknown = Array.isArray(model) ? model[0] : undefined;
    return { ...node, items: node.items.map((value) => follow(value, first)) };
  }
  if (node.kind !== 'object' || typeof model !== 'object' || model === null) return node;
  const names = Object.keys(model);
  const rank = (member: JsonMember) => {
    const at = names.indexOf(member.key.value);
    return at === -1 ? names.length : at;
  };
  const members = node.members.map((member) => ({
    ...member,
    value: follow(member.value, ownMember(model, member.key.value)),
  }));
  return { ...node, members: members.sort((a, b) => rank(a) - rank(b)) };
}
