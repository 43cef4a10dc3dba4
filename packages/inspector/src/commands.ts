// Commands that send what the page shows, for bash, zsh and ksh.
import type { AttemptView, DeliveryView } from './protocol.js';

/** One word of a POSIX shell; nothing in it takes effect. */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)) return shellBytes(new TextEncoder().encode(text));
  return `'${text.replaceAll("'", "'\\''")}'`;
}

// Octal, always three digits: shells differ in how many hexadecimal digits they take.
const SHORT: Readonly<Record<number, string>> = { 10: '\\n', 13: '\\r', 9: '\\t', 39: "\\'", 92: '\\\\' };

/** Bytes as a `$'…'` word of bash, zsh and ksh: printable ASCII as it is, all else escaped. */
export function shellBytes(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes) {
    const printable = byte >= 0x20 && byte < 0x7f;
    out += SHORT[byte] ?? (printable ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`);
  }
  return `$'${out}'`;
}

// Beyond, base64 is the shorter form: escaped, a byte takes up to four characters.
const LONG = 30_000;

/** A curl command that sends the very bytes of an attempt. */
export function curlOf(attempt: AttemptView, bodyBase64: string, body: Uint8Array): string {
  const headers = Object.entries(attempt.request.headers).map(
    ([name, value]) => `-H ${shellWord(`${name}: ${String(value)}`)}`,
  );
  // Else curl takes brackets and braces in an address for patterns.
  const parts = [/[[\]{}]/.test(attempt.request.url) ? 'curl -i -g' : 'curl -i', ...headers];
  // An argument cannot hold a NUL, and curl takes a leading @ for the name of a file.
  const word = body.includes(0) || body[0] === 0x40 || body.length > LONG ? '' : shellBytes(body);
  if (word !== '' && word.length < LONG)
    return [...parts, `--data-binary ${word}`, shellWord(attempt.request.url)].join(' \\\n  ');
  const command = [...parts, '--data-binary @-', shellWord(attempt.request.url)].join(' \\\n  ');
  return `printf %s ${bodyBase64} | base64 -d | ${command}`;
}

const TAMPER: Readonly<Record<string, string>> = {
  unsigned: 'unsigned',
  wrong_secret: 'signature',
  tampered: 'body',
  reserialized: 'reserialize',
};

/** The same as a `trigger` command, which signs by itself: the body on standard input, the secret in a file. */
export function triggerOf(detail: DeliveryView, attempt: AttemptView): string {
  const tamper = detail.probe === undefined ? undefined : TAMPER[detail.probe];
  const event = /^[a-z]+\.[a-z]+$/.test(detail.event) ? detail.event : 'video.uploaded';
  const words = ['npx @videocloud/webhooks-cli trigger', event, shellWord(attempt.request.url)];
  words.push('--secret-file secret.txt', '--body -', ...(tamper === undefined ? [] : [`--tamper ${tamper}`]));
  return `printf %s ${detail.body} | base64 -d | ${words.join(' ')}`;
}
