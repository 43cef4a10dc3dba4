// Every operation of the management API that the page offers, as it calls it and as code would. A test compiles and runs all of them.
import { shellWord } from '../../commands.js';

/** One call of the management API. */
export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** The same with `@videocloud/webhooks-client`: the expression after `await webhooks.`. */
  readonly client: string;
  /** The environment variable that stands for the secret in shown code, which never holds one. */
  readonly secretIn?: string;
}

const CURRENT = 'VIDEOCLOUD_WEBHOOK_SECRET';
const NEXT = 'VIDEOCLOUD_WEBHOOK_SECRET_NEW';

const pathOf = (id: string): string => `/webhooks/${encodeURIComponent(id)}`;
const code = (value: unknown): string => JSON.stringify(value);
const environment = (name: string): string => `process.env.${name} ?? ''`;

export const createCall = (url: string, events: readonly string[], secret: string): ApiCall => ({
  method: 'POST',
  path: '/webhooks',
  body: { url, events, secret },
  client: `create({ url: ${code(url)}, events: ${code(events)}, secret: ${environment(CURRENT)} })`,
  secretIn: CURRENT,
});

export const testCall = (id: string, event: string): ApiCall => ({
  method: 'POST',
  path: `${pathOf(id)}/test`,
  body: { event },
  client: `sendTest(${code(id)}, { event: ${code(event)} })`,
});

export const eventsCall = (id: string, events: readonly string[]): ApiCall => ({
  method: 'PUT',
  path: pathOf(id),
  body: { events },
  client: `update(${code(id)}, { events: ${code(events)} })`,
});

export const rotateCall = (id: string, secret: string): ApiCall => ({
  method: 'PUT',
  path: pathOf(id),
  body: { secret },
  client: `rotateSecret(${code(id)}, { newSecret: ${environment(NEXT)} })`,
  secretIn: NEXT,
});

export const reactivateCall = (id: string): ApiCall => ({
  method: 'PUT',
  path: pathOf(id),
  body: { status: 'active' },
  client: `update(${code(id)}, { status: 'active' })`,
});

export const deleteCall = (id: string): ApiCall => ({
  method: 'DELETE',
  path: pathOf(id),
  client: `delete(${code(id)})`,
});

export const historyCall = (id: string): ApiCall => ({
  method: 'GET',
  path: `${pathOf(id)}/deliveries?limit=20`,
  client: `listDeliveries(${code(id)}, { limit: 20 })`,
});

/** Where the management API is, and whether it asks for a token. */
export interface ApiPlace {
  readonly apiUrl: string;
  readonly needsToken: boolean;
}

/** A call as a curl command; secret and token come from the environment. */
export function curlOfCall({ method, path, body, secretIn }: ApiCall, { apiUrl, needsToken }: ApiPlace): string {
  const lines = [`curl${method === 'GET' ? '' : ` -X ${method}`} ${shellWord(`${apiUrl}${path}`)}`];
  if (needsToken) lines.push('-H "Authorization: Bearer $VIDEOCLOUD_API_TOKEN"');
  if (body !== undefined) {
    // Double quotes around the variable alone, so that the shell puts the secret in; its place is found by a text that no field holds.
    const place = '\u{e000}secret\u{e000}';
    const json = JSON.stringify(secretIn === undefined ? body : { ...body, secret: place });
    const word = json.split(place).map(shellWord).join(`"$${secretIn}"`);
    lines.push("-H 'Content-Type: application/json'", `--data-binary ${word}`);
  }
  return lines.join(' \\\n  ');
}

/** A call as a module that uses `@videocloud/webhooks-client`. */
export function clientOfCall({ client }: ApiCall, { apiUrl, needsToken }: ApiPlace): string {
  const token = needsToken ? ', token: process.env.VIDEOCLOUD_API_TOKEN' : '';
  return [
    "import { VideoCloud } from '@videocloud/webhooks-client';",
    '',
    `const { webhooks } = new VideoCloud({ baseUrl: ${code(apiUrl)}${token} });`,
    `await webhooks.${client};`,
    '',
  ].join('\n');
}
