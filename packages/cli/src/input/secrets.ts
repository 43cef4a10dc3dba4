import { parseEnv } from 'node:util';
import { decodeUtf8 } from '@videocloud/local-web/captures';
import { sign } from '@videocloud/webhooks';
import { secretsProblem } from '@videocloud/webhooks/protocol';
import { usage } from '../failure.js';
import { type Io, note } from '../io.js';
import { askSecret } from '../prompt.js';
import { readBytes } from './read.js';

export interface SecretOptions {
  readonly secretFile?: readonly string[];
  readonly secret?: string;
}

const VARIABLE = 'VIDEOCLOUD_WEBHOOK_SECRET';
// A file such as `.env`: the variable itself, or a second line, since a secret has one and may hold `=`.
const ENV_LINE = /^(?:export )?VIDEOCLOUD_WEBHOOK_SECRET=|^[A-Z][A-Z0-9_]*=.*\n[\s\S]*^[A-Z][A-Z0-9_]*=/m;

/** The secrets to verify with or to register, newest first. What every receiver refuses is a usage error. */
export async function readSecrets(io: Io, options: SecretOptions): Promise<string[]> {
  const secrets = await readConfigured(io, options);
  const problem = secretsProblem(secrets);
  if (problem !== undefined) throw usage(problem);
  return secrets;
}

/** The secret to sign with, as a sender does: `sign` alone decides what is none, so that a mistaken sender can be tried out. */
export async function readSigningSecret(io: Io, options: SecretOptions): Promise<string> {
  const [secret = ''] = await readConfigured(io, options);
  return secret;
}

/** Files, then the option, then the environment, then a prompt. None is blank. */
async function readConfigured(io: Io, options: SecretOptions): Promise<string[]> {
  const secrets: string[] = [];
  for (const file of options.secretFile ?? []) secrets.push(await fromFile(io, file));
  if (options.secret !== undefined) {
    note(
      io,
      'warning: a secret on the command line is seen by other users and kept in the shell history; use --secret-file',
    );
    secrets.push(options.secret);
  }
  const variable = io.env[VARIABLE];
  if (secrets.length === 0 && variable !== undefined) secrets.push(variable);
  if (secrets.length === 0 && io.stdin.isTTY === true && io.stderr.isTTY === true) secrets.push(await askSecret(io));
  if (secrets.length === 0) throw usage('no secret: give --secret-file FILE or set VIDEOCLOUD_WEBHOOK_SECRET');
  for (const secret of secrets) {
    await sign('', secret).catch(() => {
      throw usage('the secret is blank: is the file or variable filled?');
    });
  }
  return secrets;
}

async function fromFile(io: Io, file: string): Promise<string> {
  const bytes = await readBytes(io, file, 'the file of --secret-file');
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw usage(`the secret in ${file} is UTF-16, as PowerShell writes files: save it as UTF-8`);
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) throw usage(`the secret in ${file} is not UTF-8 text`);
  const marked = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (marked !== text) note(io, `note: the byte order mark at the start of ${file} was removed`);
  if (ENV_LINE.test(marked)) {
    const value = parseEnv(marked)[VARIABLE];
    if (value === undefined) throw usage(`${file} is a file of variables without ${VARIABLE}`);
    return value;
  }
  const secret = marked.replace(/\r?\n$/, '');
  if (secret !== marked && secret.trim() !== '') note(io, `note: the newline at the end of ${file} was removed`);
  return secret;
}
