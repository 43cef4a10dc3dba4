import { usage } from '../failure.js';

const DATA = new Set(['-d', '--data', '--data-ascii', '--data-raw', '--data-binary', '--data-urlencode', '--json']);

/** Body and headers of a curl command, as a browser's "copy as cURL" or a log holds it. */
export function fromCurl(text: string): { body: Uint8Array; headers: Record<string, string> } {
  const words = shellWords(text.replace(/^\s*\$ /, ''));
  const headers: Record<string, string> = {};
  const data: string[] = [];
  for (let at = 1; at < words.length; at++) {
    const word = words[at] ?? '';
    const long = /^(--[a-z-]+)=([\s\S]*)$/.exec(word);
    const name = long?.[1] ?? (/^-[dH]./.test(word) ? word.slice(0, 2) : word);
    const value = () => long?.[2] ?? (name === word ? (words[++at] ?? '') : word.slice(2));
    if (name === '-H' || name === '--header') {
      const header = value();
      const colon = header.indexOf(':');
      if (colon > 0) headers[header.slice(0, colon).trim().toLowerCase()] = header.slice(colon + 1).trim();
    } else if (DATA.has(name)) {
      const content = value();
      if (content.startsWith('@') && name !== '--data-raw')
        throw usage('the curl command reads its body from a file: give that file');
      // curl itself drops line breaks only from files, so what stands in the command is what was sent.
      data.push(content);
    }
  }
  if (data.length === 0) throw usage('the curl command has no --data');
  return { body: Buffer.from(data.join('&')), headers };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", '"': '"' };

/** Splits a command as a POSIX shell does: quotes, `$'…'`, backslashes, continued lines. */
function shellWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === '\\') {
      if (text[at + 1] !== '\n') word = (word ?? '') + (text[at + 1] ?? '');
      at += 2;
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at++;
    } else if (character === "'" || character === '"' || (character === '$' && text[at + 1] === "'")) {
      const ansi = character === '$';
      const quote = ansi ? "'" : character;
      at += ansi ? 2 : 1;
      word ??= '';
      while (at < text.length && text[at] !== quote) {
        const inner = text[at] ?? '';
        const next = text[at + 1] ?? '';
        if (inner !== '\\' || quote === "'" ? !(ansi && inner === '\\') : !/["\\$`\n]/.test(next)) {
          word += inner;
          at++;
        } else if (ansi && /[ux]/.test(next)) {
          const hex = /^[0-9a-f]{1,4}/i.exec(text.slice(at + 2, next === 'x' ? at + 4 : at + 6))?.[0] ?? '';
          word += String.fromCharCode(Number.parseInt(hex || '0', 16));
          at += 2 + hex.length;
        } else {
          word += ansi ? (ESCAPES[next] ?? `\\${next}`) : next;
          at += 2;
        }
      }
      if (at >= text.length) throw usage('the curl command has a quote that is not closed');
      at++;
    } else {
      word = (word ?? '') + character;
      at++;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}
