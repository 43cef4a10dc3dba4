import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { parse } from 'yaml';

type Json = Record<string, unknown>;

const document = parse(readFileSync(new URL('../../../../openapi.yaml', import.meta.url), 'utf8')) as Json;
const ajv = new Ajv2020({ strict: false, allErrors: true });
ajvFormats.default(ajv);
ajv.addSchema(document, 'spec');

const validators = new Map<string, ValidateFunction>();
const at = (pointer: string): ValidateFunction => {
  const found = validators.get(pointer) ?? ajv.compile({ $ref: `spec#${pointer}` });
  validators.set(pointer, found);
  return found;
};
const pointerPart = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

function resolve(pointer: string): { pointer: string; value: Json } | undefined {
  let value: unknown = document;
  for (const part of pointer.split('/').slice(1)) {
    value = (value as Json | undefined)?.[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  if (value === undefined) return undefined;
  const ref = (value as Json).$ref;
  return typeof ref === 'string' ? resolve(ref.slice(1)) : { pointer, value: value as Json };
}

function templateOf(path: string): string | undefined {
  if (path === '/webhooks') return path;
  return /^\/webhooks\/[^/]+(\/deliveries|\/test)?$/.exec(path) === null
    ? undefined
    : path.replace(/^\/webhooks\/[^/]+/, '/webhooks/{id}');
}

/**
 * Wraps a fetch so that every exchange is held against openapi.yaml: the answer's status and body always, the request's body
 * whenever the server took it, and a body the specification refuses must have been refused.
 */
export function checkedFetch(fetch: (request: Request) => Promise<Response>): (request: Request) => Promise<Response> {
  return async (request) => {
    const sent = await request.clone().arrayBuffer();
    const response = await fetch(request);
    const text = await response.clone().text();
    const path = new URL(request.url).pathname;
    const template = templateOf(path);
    const operation =
      template === undefined ? undefined : resolve(`/paths/${pointerPart(template)}/${request.method.toLowerCase()}`);
    if (template === undefined || operation === undefined) {
      if (response.status !== 404 && response.status !== 401)
        throw new Error(`${request.method} ${path} is not in openapi.yaml`);
      return response;
    }
    const answer = resolve(`${operation.pointer}/responses/${response.status}`);
    if (answer === undefined)
      throw new Error(`${request.method} ${template}: status ${response.status} is not in openapi.yaml`);
    expectValid(at(`${answer.pointer}/content/application~1json/schema`), JSON.parse(text), `answer ${text}`);
    if (!/^application\/json/.test(response.headers.get('content-type') ?? ''))
      throw new Error('the answer is not application/json');
    if (response.ok && sent.byteLength > 0) {
      const body = JSON.parse(new TextDecoder().decode(sent));
      expectValid(
        at(`${operation.pointer}/requestBody/content/application~1json/schema`),
        body,
        `accepted request ${path}`,
      );
    }
    return response;
  };
}

function expectValid(validate: ValidateFunction, value: unknown, what: string): void {
  if (!validate(value)) throw new Error(`${what} does not match openapi.yaml: ${ajv.errorsText(validate.errors)}`);
}
