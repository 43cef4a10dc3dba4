// Payload guards compiled ahead of time: plain code, no `require`, no `eval`, so they run under a strict
// Content-Security-Policy and on every runtime.
import { Ajv } from 'ajv';
import { default as standalone } from 'ajv/dist/standalone/index.js';
import { reachable } from './types.js';

const KEYWORDS = new Set(['type', 'required', 'properties', 'items', '$ref', 'description', 'example']);

/**
 * @param {any} document
 * @param {import('./events.js').EventEntry[]} events
 */
export function validators(document, events) {
  const shown = events.filter((e) => !e.open);
  const schemas = reachable(
    document.components.schemas,
    shown.map((e) => e.dataSchema),
  );
  for (const [name, schema] of Object.entries(schemas)) check(`components.schemas.${name}`, schema);

  // Descriptions would only make the guards larger.
  const bare = JSON.parse(JSON.stringify(schemas), (key, value) =>
    key === 'description' && typeof value === 'string' ? undefined : value,
  );
  const ajv = new Ajv({
    allErrors: true,
    allowUnionTypes: true,
    // JSON has numbers, such as 1e400, that JavaScript reads as Infinity: the schema says number, nothing finer.
    strictNumbers: false,
    code: { source: true, esm: true, lines: true },
  });
  ajv.addVocabulary(['example', 'components']);
  ajv.addSchema({ $id: 'openapi', components: { schemas: bare } });
  const exports = Object.fromEntries(shown.map((e) => [guardName(e), `openapi#/components/schemas/${e.dataSchema}`]));
  const code = standalone.default(ajv, exports);
  if (/\brequire\(|\bnew Function\b|\beval\(/.test(code)) throw new Error('the guards must not need require or eval');
  return `${code.replace(/^"use strict";/, '')}
export const validators = {
${shown.map((e) => `  '${e.name}': ${guardName(e)},\n`).join('')}};
`;
}

/** @param {import('./events.js').EventEntry[]} events */
export function validatorTypes(events) {
  const shown = events.filter((e) => !e.open);
  return `
export interface ValidationError {
  /** JSON pointer from \`data\`, \`''\` for itself. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: { readonly missingProperty?: string; readonly type?: string | readonly string[] };
}

export interface Validator {
  /** Sets \`errors\`, which the next call overwrites. */
  (data: unknown): boolean;
  errors?: readonly ValidationError[] | null;
}

${shown.map((e) => `export declare const ${guardName(e)}: Validator;\n`).join('')}
/** Guards of the payloads the guide shows, by delivered name. */
export declare const validators: {
${shown.map((e) => `  readonly '${e.name}': Validator;\n`).join('')}};
`;
}

/** @param {import('./events.js').EventEntry} event */
function guardName(event) {
  return event.name.replace(/\.(\w)/, (_, letter) => letter.toUpperCase());
}

/**
 * @param {string} path
 * @param {Record<string, any>} schema
 */
function check(path, schema) {
  for (const keyword of Object.keys(schema)) {
    if (!KEYWORDS.has(keyword)) throw new Error(`${path}: "${keyword}" is not allowed in a payload schema`);
  }
  if (schema.type === 'integer') throw new Error(`${path}: say number, not integer`);
  for (const [name, member] of Object.entries(schema.properties ?? {})) check(`${path}.properties.${name}`, member);
  if (schema.items) check(`${path}.items`, schema.items);
}
