import { usage } from '../../failure.js';

// The request has these already, and one of them twice would be another request.
const OWN = /^(host|connection|content-length|transfer-encoding|expect|x-videocloud-signature)$/;

/** Name and value of a `--header`; anything else ends the command. */
export function headerOf(text: string): [string, string] {
  const colon = text.indexOf(':');
  const name = text.slice(0, Math.max(colon, 0)).trim().toLowerCase();
  const value = text.slice(colon + 1).trim();
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || /[^\t\x20-\x7e]/.test(value)) throw usage('--header takes name:value');
  if (OWN.test(name)) throw usage(`--header cannot set ${name}${name.startsWith('x-') ? ': use --tamper' : ''}`);
  return [name, value];
}
