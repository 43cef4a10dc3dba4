import type { Word } from './posix-words.js';
import { addHeader, type CapturedRequest, notUnderstood } from './request.js';

const SHORT_WITH_VALUE = 'AbcCdDeEFHKmoPQrTtuUwxXyYz';
const SHORT_ALONE = '012346:#aBfgGIijJklLMnNOpqRsSvVZ';
const LONG_WITH_VALUE = new Set(
  `abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout connect-to
  continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii data-binary data-raw data-urlencode
  delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header engine etag-compare etag-save
  expect100-timeout form form-string happy-eyeballs-timeout-ms haproxy-clientip header hsts interface json
  keepalive-time key key-type limit-rate local-port max-filesize max-redirs max-time netrc-file noproxy oauth2-bearer
  output output-dir parallel-max pass pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-header
  proxy-user range rate referer request request-target resolve retry retry-delay retry-max-time service-name socks4
  socks4a socks5 socks5-hostname speed-limit speed-time stderr time-cond tls-max tls13-ciphers trace trace-ascii
  unix-socket upload-file url url-query user user-agent write-out`.split(/\s+/),
);
const LONG_ALONE = new Set(
  `anyauth basic compressed digest disable fail fail-early fail-with-body get globoff head http0.9 http1.0 http1.1
  http2 http2-prior-knowledge http3 http3-only include insecure ipv4 ipv6 junk-session-cookies location
  location-trusted negotiate netrc netrc-optional next ntlm parallel path-as-is post301 post302 post303 progress-bar
  proxytunnel raw remote-header-name remote-name remote-time retry-all-errors retry-connrefused show-error show-headers
  silent ssl ssl-reqd sslv2 sslv3 tcp-fastopen tcp-nodelay tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 trace-time verbose`.split(
    /\s+/,
  ),
);
const NAMES: Readonly<Record<string, string>> = {
  d: 'data',
  H: 'header',
  F: 'form',
  T: 'upload-file',
  K: 'config',
  G: 'get',
  I: 'head',
  ':': 'next',
};
const SIGNATURE = /^x-videocloud-signature\s*[:;]/i;
const NAMED_HEADER = /^[\w-]+\s*[:;]/;
const AMPERSAND = Buffer.from('&');

/** One option of a command line, or an argument that is none, under the name `operand`. */
interface Option {
  readonly name: string;
  readonly value: Word;
}

/**
 * The requests of a curl command: several where it has `--next`.
 *
 * @param words the arguments, without the name of the program
 * @param stdin what is piped into it; undefined where that is not known
 */
export function fromCurl(words: readonly Word[], stdin: Buffer | undefined): CapturedRequest[] {
  const groups: Option[][] = [[]];
  for (const option of optionsOf(words)) {
    if (option.name === 'next') groups.push([]);
    else groups.at(-1)?.push(option);
  }
  let left = stdin;
  const takeInput = (): Buffer | undefined => {
    const input = left;
    // Read to its end: there is nothing for the next `@-`.
    left = input?.subarray(input.length);
    return input;
  };
  return groups.flatMap((options) => requestOf(options, takeInput));
}

function* optionsOf(words: readonly Word[]): Generator<Option> {
  const none: Word = { bytes: Buffer.alloc(0), expands: false, splits: false };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? none;
    const text = word.bytes.toString('utf8');
    const value = (): Word => {
      const next = words[++at];
      if (next === undefined) throw notUnderstood(`curl’s option ${text.slice(0, 40)} has no value`);
      return next;
    };
    if (text.startsWith('--') && text.length > 2) {
      const equals = text.indexOf('=');
      const name = equals < 0 ? text.slice(2) : text.slice(2, equals);
      if (LONG_WITH_VALUE.has(name)) {
        const inline = { ...word, bytes: word.bytes.subarray(equals + 1) };
        yield { name, value: equals < 0 ? value() : inline };
      } else if (equals < 0 && (LONG_ALONE.has(name) || LONG_ALONE.has(name.replace(/^no-/, '')))) {
        yield { name, value: none };
      } else throw notUnderstood(`curl’s option --${printable(name)} is not known here`);
    } else if (/^-[^-]/.test(text)) yield* bundle(word, value, none);
    else yield { name: 'operand', value: word };
  }
}

/** Short options in one word: `-sSd body`, `-XPOST`. */
function* bundle(word: Word, value: () => Word, none: Word): Generator<Option> {
  for (let at = 1; at < word.bytes.length; at++) {
    const letter = String.fromCharCode(word.bytes[at] ?? 0);
    const name = NAMES[letter] ?? letter;
    if (SHORT_WITH_VALUE.includes(letter)) {
      const rest = word.bytes.subarray(at + 1);
      yield { name, value: rest.length > 0 ? { ...word, bytes: rest } : value() };
      return;
    }
    if (!SHORT_ALONE.includes(letter)) throw notUnderstood(`curl’s option -${printable(letter)} is not known here`);
    yield { name, value: none };
  }
}

function requestOf(options: readonly Option[], takeInput: () => Buffer | undefined): CapturedRequest[] {
  const headers: Record<string, string> = {};
  let allHeaders = !options.some(({ value }) => value.splits);
  const parts: Buffer[] = [];
  let problem: string | undefined;
  for (const { name, value } of options) {
    if (name === 'header') {
      const text = value.bytes.toString('utf8');
      // A value with a variable is not known; it may be the signature where the name is not known either.
      if (text.startsWith('@') || (value.expands && (SIGNATURE.test(text) || !NAMED_HEADER.test(text))))
        allHeaders = false;
      else if (!value.expands) readHeader(headers, text);
    } else if (name === 'config') problem = 'the curl command reads options from a file (--config)';
    else if (name === 'form' || name === 'form-string')
      problem = 'the curl command sends a form (--form): its boundary is not in it';
    else if (name === 'upload-file') problem = 'the curl command sends a file (--upload-file): give that file';
    else if (name === 'get' || name === 'head') problem = 'the curl command sends no body (--get, --head)';
    else if (name === 'json' || name === 'data' || name.startsWith('data-')) {
      const part = dataOf(name, value, takeInput);
      if (typeof part === 'string') problem ??= part;
      else {
        if (parts.length > 0 && name !== 'json') parts.push(AMPERSAND);
        parts.push(part);
      }
    }
  }
  if (variableOptions(options))
    problem ??= 'the curl command takes options from a variable: give the body with --signature HEX';
  if (parts.length === 0 && problem === undefined) return [];
  const rest = problem === undefined ? {} : { problem };
  return [{ body: Buffer.concat(parts), headers, allHeaders, ...rest }];
}

/** Whether a variable may hold options, such as headers and data: beside a URL, it is not the URL. */
function variableOptions(options: readonly Option[]): boolean {
  const urls = options.filter(({ name }) => name === 'operand' || name === 'url');
  const unknown = ({ name, value }: Option) =>
    name === 'operand' && value.expands && /^[$*?[{]/.test(value.bytes.toString('latin1'));
  return urls.length > 1 && urls.some(unknown);
}

/** `Name: value`; `Name;` sends an empty header, `Name:` none. */
function readHeader(headers: Record<string, string>, text: string): void {
  const colon = text.indexOf(':');
  if (colon > 0 && text.slice(colon + 1).trim() !== '')
    addHeader(headers, text.slice(0, colon), text.slice(colon + 1).trim());
  else if (colon < 0 && text.endsWith(';')) addHeader(headers, text.slice(0, -1), '');
}

/** The bytes that a data option adds to the body, or the reason why they are not known. */
function dataOf(name: string, { bytes, expands }: Word, takeInput: () => Buffer | undefined): Buffer | string {
  if (expands)
    return 'the body in the curl command depends on its shell: it holds a variable, a pattern or a doubtful backslash';
  if (name === 'data-raw') return bytes;
  if (name === 'data-urlencode') return urlEncoded(bytes);
  if (bytes[0] !== 0x40) return bytes;
  const file = printable(bytes.subarray(1).toString('utf8'));
  if (file !== '-') return `the curl command reads its body from the file ${file}: give that file with --signature HEX`;
  const stdin = takeInput();
  if (stdin === undefined)
    return 'the curl command reads its body from standard input: give the body with --signature HEX';
  // curl removes line breaks and NUL from a file, not from the command line.
  return name === 'data-binary' || name === 'json'
    ? stdin
    : (stdin.filter((byte) => byte !== 10 && byte !== 13 && byte !== 0) as Buffer);
}

/** `content`, `=content` or `name=content`, percent-encoded as curl does it. */
function urlEncoded(bytes: Buffer): Buffer | string {
  const text = bytes.toString('utf8');
  const mark = /[=@]/.exec(text);
  if (mark?.[0] === '@') return 'the curl command reads its body from a file (--data-urlencode)';
  if (/[\p{Cs}\ufffd]/u.test(text)) return 'the body in the curl command is no UTF-8';
  const at = mark?.index ?? -1;
  const name = at > 0 ? text.slice(0, at + 1) : '';
  const encoded = encodeURIComponent(text.slice(at + 1))
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
  return Buffer.from(name + encoded);
}

function printable(text: string): string {
  return JSON.stringify(text.slice(0, 80))
    .slice(1, -1)
    .replace(/[^\x20-\x7e]/g, '?');
}
