// The payloads the guide shows, as the smallest table a guard can read: compiled checks were 12 KB of the bundle, twice.
import { reachable } from './types.js';

const KEYWORDS = new Set(['type', 'required', 'properties', 'items', '$ref', 'description', 'example']);
const TYPES = new Set(['string', 'number', 'boolean', 'null']);

/**
 * @param {any} document
 * @param {import('./events.js').EventEntry[]} events
 */
export function payloads(document, events) {
  const shown = events.filter((e) => !e.open);
  const schemas = reachable(
    document.components.schemas,
    shown.map((e) => e.dataSchema),
  );
  for (const [name, schema] of Object.entries(schemas)) check(`components.schemas.${name}`, schema);
  const table = Object.fromEntries(shown.map((e) => [e.name, shapeOf(e.dataSchema, schemas[e.dataSchema], schemas)]));
  return `
/** A type by name (several: with commas), a list of one shape, or the members of an object, all required. */
export type Shape = string | readonly [Shape] | { readonly [member: string]: Shape };

/** The shapes of the payloads the guide shows, by delivered name. */
export const PAYLOADS: { readonly [name: string]: { readonly [member: string]: Shape } } = ${literal(table)};
`;
}

/**
 * @param {string} path
 * @param {any} schema
 * @param {Record<string, any>} schemas
 * @returns {unknown}
 */
function shapeOf(path, schema, schemas) {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1);
    return shapeOf(name, schemas[name], schemas);
  }
  if (schema.type === 'array') return [shapeOf(`${path}.items`, schema.items ?? {}, schemas)];
  if (schema.type === 'object') {
    const { properties = {}, required = [] } = schema;
    for (const name of Object.keys(properties)) {
      if (!required.includes(name))
        throw new Error(`${path}.${name}: shown members are required; the guard reads no others`);
    }
    return Object.fromEntries(
      required.map((/** @type {string} */ name) => [name, shapeOf(`${path}.${name}`, properties[name], schemas)]),
    );
  }
  const types = [schema.type].flat();
  if (!types.every((type) => TYPES.has(type))) throw new Error(`${path}: type ${types} has no guard`);
  return types.join();
}

/**
 * @param {unknown} value
 * @returns {string}
 */
function literal(value, indent = '') {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[${literal(value[0], indent)}]`;
  const inner = `${indent}  `;
  const members = Object.entries(/** @type {object} */ (value)).map(
    ([name, member]) => `${inner}${/^\w+$/.test(name) ? name : `'${name}'`}: ${literal(member, inner)},\n`,
  );
  return `{\n${members.join('')}${indent}}`;
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
