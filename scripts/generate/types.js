// TypeScript types through openapi-typescript: the whole document for the client, the payloads alone for the core.
import openapiTS, { astToString } from 'openapi-typescript';

// The docstrings of what the client exports of it.
const SENTENCES = {
  paths: 'The paths of the management API, as `openapi-typescript` writes them: method → operation.',
  components: 'The schemas, parameters and answers of the management API, by name.',
  operations: 'The operations of the management API and the deliveries of each event, by `operationId`.',
};

/** @param {any} document */
export async function apiTypes(document) {
  let text = astToString(await openapiTS(structuredClone(document)));
  for (const [name, sentence] of Object.entries(SENTENCES)) {
    text = text.replace(`export interface ${name} {`, `/** ${sentence} */\n$&`);
  }
  return text;
}

/**
 * @param {any} document
 * @param {import('./events.js').EventEntry[]} events
 */
export async function payloadTypes(document, events) {
  const wanted = reachable(
    document.components.schemas,
    events.map((e) => e.dataSchema),
  );
  const trimmed = {
    openapi: document.openapi,
    info: { title: '', version: '' },
    paths: {},
    components: { schemas: wanted },
  };
  const text = astToString(await openapiTS(structuredClone(trimmed)));
  // Only `components.schemas` means anything here; the other exports describe an API without operations.
  const start = text.indexOf('export interface components');
  const schemas = text.slice(text.indexOf('schemas: {', start), text.indexOf('    responses: never', start)).trimEnd();
  if (start < 0 || !schemas.endsWith('};'))
    throw new Error('openapi-typescript changed its layout: adapt payloadTypes');
  return `
export interface components {
    ${schemas}
}

/** Delivered name → its \`data\`. */
export interface EventDataMap {
${events.map((e) => `    '${e.name}': components['schemas']['${e.dataSchema}'];\n`).join('')}}
`;
}

/**
 * @param {Record<string, any>} schemas
 * @param {string[]} names
 */
export function reachable(schemas, names) {
  /** @type {Record<string, any>} */
  const found = {};
  const queue = [...names];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    if (found[name]) continue;
    found[name] = schemas[name];
    for (const [, ref] of JSON.stringify(schemas[name]).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (ref !== undefined) queue.push(ref);
    }
  }
  return Object.fromEntries(Object.keys(schemas).flatMap((name) => (found[name] ? [[name, found[name]]] : [])));
}
