import { EXAMPLES } from '../../generated/examples.js';
import { compactJson, type JsonMember, type JsonNode, memberOf, readJson } from './reader.js';
import { keep, LAYOUTS, numberStyles, STRING_STYLES, write } from './styles.js';

const ENDINGS = ['', '\n', '\r\n'];
// Number spellings after these are guesses about single numbers: they are not combined with other guesses.
const COMMON_NUMBERS = 12;
// Above this length, the text is rewritten: writing a tree costs too much.
const LONG = 16_384;

type Counts = readonly [order: number, layout: number, spelling: number, number: number, ending: number];

/**
 * Other spellings of a JSON document, likeliest first: what it may have been before something parsed and re-serialized it.
 *
 * They have the same value and differ in white space, member order, escapes, numbers and the newline at the end.
 * Yields nothing for a text that is not a JSON document.
 */
export function* reserializations(text: string): Generator<string> {
  if (text.length > LONG) {
    yield* rewritten(text);
    return;
  }
  const document = readJson(text);
  if (document === undefined) return;
  const trees = orders(document.root);
  const layouts = LAYOUTS.filter(({ indent }) => indent === undefined || canIndent(text, indent.length));
  const spellings = STRING_STYLES.filter(([, changes]) => changes(text)).map(([spelling]) => spelling);
  const numbers = numberStyles(document.numbers);

  const seen = new Set([text]);
  for (const [order, layout, spelling, number, ending] of choices([
    trees.length,
    layouts.length,
    spellings.length,
    numbers.length,
    ENDINGS.length,
  ])) {
    const tree = trees[order];
    const white = layouts[layout];
    const spell = spellings[spelling];
    if (tree === undefined || white === undefined || spell === undefined) continue;
    const written = write(tree, white, spell, numbers[number] ?? keep) + (ENDINGS[ending] ?? '');
    if (seen.has(written)) continue;
    seen.add(written);
    yield written;
  }
}

/** Whether the indented text stays in bounds: 1 MB of deep nesting would become gigabytes of spaces. */
export function canIndent(text: string, width: number): boolean {
  let size = text.length;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === 0x5c) at++;
      else if (code === 0x22) quoted = false;
      continue;
    }
    if (code === 0x22) quoted = true;
    else if (code === 0x7b || code === 0x5b) depth++;
    else if (code === 0x7d || code === 0x5d) depth--;
    else if (code !== 0x2c) continue;
    if (code !== 0x22) size += 1 + depth * width;
  }
  return size < 8 * text.length + 262_144;
}

/** How far a style is from the usual one (the first of its list): the next is one step away, later ones further. */
function odd(place: number, slope: number): number {
  return place === 0 ? 0 : 1 + slope * (place - 1);
}

/** Every choice of styles, the least odd first. */
function choices(counts: Counts): Counts[] {
  const all: { choice: Counts; rank: number }[] = [];
  const [orderCount, layoutCount, spellingCount, numberCount, endingCount] = counts;
  for (let order = 0; order < orderCount; order++) {
    for (let layout = 0; layout < layoutCount; layout++) {
      for (let spelling = 0; spelling < spellingCount; spelling++) {
        for (let ending = 0; ending < endingCount; ending++) {
          const steps = [order, layout, spelling, ending].filter((place) => place > 0).length;
          const oddity = 1.3 * order + odd(layout, 0.5) + odd(spelling, 0.2) + ending;
          const numbers = steps > 1 ? Math.min(numberCount, COMMON_NUMBERS) : numberCount;
          for (let number = 0; number < numbers; number++) {
            // One unusual style alone is likelier than two at once, however rare it is.
            const alone = steps <= 1 && number === 0;
            all.push({
              choice: [order, layout, spelling, number, ending],
              rank: alone ? Math.min(oddity, 1) : oddity + odd(Math.min(number, 8), 0.25),
            });
          }
        }
      }
    }
  }
  return all.sort((a, b) => a.rank - b.rank).map(({ choice }) => choice);
}

/** The same value with its members in other orders: as given, as in the guide, sorted. */
function orders(root: JsonNode): JsonNode[] {
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

/** The likeliest forms of a long document, by rewriting its text. */
function* rewritten(text: string): Generator<string> {
  const compact = compactJson(text);
  if (compact === undefined) return;
  const bases = [
    () => respaced(text, ',', ':'),
    () => compact,
    () => respaced(text, ', ', ': '),
    () => (canIndent(text, 2) ? compactJson(text, 2) : undefined),
    () => (canIndent(text, 4) ? compactJson(text, 4) : undefined),
  ];
  const written: string[] = [text];
  for (const base of bases) {
    const form = base();
    if (form === undefined || written.includes(form)) continue;
    yield form;
    written.push(form);
  }
  for (const form of written) {
    yield `${form}\n`;
    // In JSON these characters stand only inside strings, so they can be escaped without a parser.
    const slashed = form.replace(/(?<!\\)\//g, '\\/');
    if (slashed !== form) yield slashed;
    for (const plain of slashed === form ? [form] : [form, slashed]) {
      const ascii = plain.replace(
        /[\u007f-\uffff]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
      if (ascii !== plain) yield ascii;
    }
  }
}

/** A JSON text with other white space around its commas and colons, and none elsewhere. */
function respaced(text: string, item: string, colon: string): string {
  let out = '';
  let from = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === 0x5c) at++;
      else if (code === 0x22) quoted = false;
      continue;
    }
    if (code === 0x22) quoted = true;
    else if (code <= 0x20 || code === 0x2c || code === 0x3a) {
      out += text.slice(from, at);
      if (code === 0x2c) out += item;
      else if (code === 0x3a) out += colon;
      from = at + 1;
    }
  }
  return out + text.slice(from);
}
