// An HTTP front that makes events of requests and answers with what the function returns, as AWS's own fronts do.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type LambdaHttpAnswer, type LambdaHttpEvent, lambdaHandler } from '../../../src/adapters/lambda.js';
import { createReceiver } from '../../../src/index.js';
import { fixtureJson } from '../../support.js';
import { makeReceiver, makeTolerantReceiver } from '../behavior.js';
import type { Call, Entry } from '../contract.js';
import { closer } from '../servers.js';

/** An event of the platform's documentation, with the request in it. */
export type MakeEvent = (method: string, headers: readonly [string, string][], body: Uint8Array) => LambdaHttpEvent;

/** An HTTP API or a function URL: names in lower case, several values joined by commas. */
export function format2(file: string, base64: (body: Uint8Array) => boolean): MakeEvent {
  return (method, sent, body) => {
    const event = fixtureJson(`lambda/${file}`) as { requestContext: { http: object } };
    const headers: Record<string, string> = {};
    for (const [name, value] of sent) {
      const known = headers[name.toLowerCase()];
      headers[name.toLowerCase()] = known === undefined ? value : `${known},${value}`;
    }
    const requestContext = { ...event.requestContext, http: { ...event.requestContext.http, method } };
    return { ...event, ...bodyOf(body, base64), headers, requestContext };
  };
}

/** A REST API: names as they were sent, the last value in `headers`, all of them in `multiValueHeaders`. */
export function format1(file: string, base64: (body: Uint8Array) => boolean): MakeEvent {
  return (method, sent, body) => {
    const event = fixtureJson(`lambda/${file}`) as LambdaHttpEvent;
    const multiValueHeaders: Record<string, string[]> = {};
    for (const [name, value] of sent) multiValueHeaders[name] = [...(multiValueHeaders[name] ?? []), value];
    const headers = event.headers === undefined ? {} : { headers: Object.fromEntries(sent) };
    return { ...event, ...bodyOf(body, base64), ...headers, multiValueHeaders, httpMethod: method };
  };
}

/** A load balancer without multi-value headers: the last value of each, in lower case. */
export function singleValue(file: string, base64: (body: Uint8Array) => boolean): MakeEvent {
  return (method, sent, body) => {
    const event = fixtureJson(`lambda/${file}`) as LambdaHttpEvent;
    const headers = Object.fromEntries(sent.map(([name, value]) => [name.toLowerCase(), value]));
    return { ...event, ...bodyOf(body, base64), headers, httpMethod: method };
  };
}

function bodyOf(body: Uint8Array, base64: (body: Uint8Array) => boolean) {
  const isBase64Encoded = base64(body);
  const text = Buffer.from(body).toString(isBase64Encoded ? 'base64' : 'utf8');
  return { body: body.length === 0 && !isBase64Encoded ? null : text, isBase64Encoded };
}

/** Text cannot carry bytes that are not UTF-8. */
export const isBinary = (body: Uint8Array): boolean => !Buffer.from(Buffer.from(body).toString('utf8')).equals(body);

export function lambdaEntry(name: string, makeEvent: MakeEvent): Entry {
  return {
    name,
    path: '/webhooks',
    tolerant: '/tolerant',
    buffered: true,
    parsed: [
      { title: 'a middleware that parses event.body', path: '/parsed', fix: /event\.body must still be the string/ },
    ],
    async mount() {
      const calls: Call[] = [];
      const log = (call: Call) => calls.push(call);
      const handler = lambdaHandler(makeReceiver(createReceiver, '/webhooks', log));
      const parsed = (event: LambdaHttpEvent) => handler({ ...event, body: { parsed: true } as unknown as string });
      const tolerant = lambdaHandler(makeTolerantReceiver(createReceiver, '/tolerant', log));
      const functions: Record<string, typeof handler> = {
        '/webhooks': handler,
        '/tolerant': tolerant,
        '/parsed': parsed,
      };
      const server = createServer({ maxHeaderSize: 65_536 }, async (request, response) => {
        try {
          const event = makeEvent(request.method ?? '', pairs(request), await read(request));
          const invoke = functions[request.url ?? ''];
          // Events and answers cross as JSON.
          const answer = JSON.parse(
            JSON.stringify(await invoke?.(JSON.parse(JSON.stringify(event)))),
          ) as LambdaHttpAnswer;
          const body = Buffer.from(answer.body, answer.isBase64Encoded ? 'base64' : 'utf8');
          response.writeHead(answer.statusCode, {
            ...(answer.multiValueHeaders ?? answer.headers),
            'content-length': body.length,
          });
          response.end(body);
        } catch {
          // The sender left.
          response.destroy();
        }
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return { port: (server.address() as AddressInfo).port, calls: () => calls, close: closer(server) };
    },
  };
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function pairs({ rawHeaders }: IncomingMessage): [string, string][] {
  return rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ''] as [string, string]] : []));
}

export const LAMBDA_HTTP_ENTRY = lambdaEntry(
  'Lambda behind an HTTP API, in base64',
  format2('api-gateway-http.json', () => true),
);
export const LAMBDA_REST_ENTRY = lambdaEntry(
  'Lambda behind a REST API, as text',
  format1('api-gateway-rest.json', isBinary),
);
