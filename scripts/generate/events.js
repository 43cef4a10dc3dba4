// The delivered events as openapi.yaml lists them under `webhooks:`, checked for what the catalog relies on.

/**
 * @typedef {object} EventEntry
 * @property {string} name delivered name
 * @property {string} group
 * @property {boolean} subscribable
 * @property {string | undefined} alias the subscribable name this one is delivered for
 * @property {string} summary
 * @property {string} dataSchema name of the schema of its `data`
 * @property {boolean} open whether the guide shows no payload for it
 * @property {unknown} example
 */

const PREFIX = '#/components/schemas/';

/**
 * @param {any} document
 * @returns {EventEntry[]}
 */
export function eventsOf(document) {
  const schemas = document.components.schemas;
  const entries = Object.entries(document.webhooks).map(([name, { post }]) => {
    const media = post.requestBody.content['application/json'];
    const envelope = schemas[schemaName(media.schema)];
    const dataSchema = schemaName(envelope.properties.data);
    if (envelope.properties.event.const !== name || media.example.event !== name) {
      throw new Error(`webhooks.${name}: its schema and its example must carry the event name "${name}"`);
    }
    return {
      name,
      group: post['x-group'],
      subscribable: post['x-subscribable'],
      alias: post['x-alias-of'],
      summary: post.summary,
      dataSchema,
      open: schemas[dataSchema].additionalProperties === true,
      example: media.example,
    };
  });

  const subscribable = entries.filter((e) => e.subscribable).map((e) => e.name);
  same('EventType', schemas.EventType.enum, subscribable);
  same(
    'DeliveredEventType',
    schemas.DeliveredEventType.enum,
    entries.map((e) => e.name),
  );
  for (const { name, alias, subscribable: own } of entries) {
    if (own === (alias !== undefined)) throw new Error(`webhooks.${name}: either x-subscribable or x-alias-of`);
    if (alias !== undefined && !subscribable.includes(alias)) throw new Error(`webhooks.${name}: no event ${alias}`);
  }
  return entries;
}

/** @param {{ $ref: string }} schema */
export function schemaName(schema) {
  if (!schema.$ref?.startsWith(PREFIX))
    throw new Error(`expected a $ref into ${PREFIX}, got ${JSON.stringify(schema)}`);
  return schema.$ref.slice(PREFIX.length);
}

/**
 * @param {string} schema
 * @param {string[]} listed
 * @param {string[]} expected
 */
function same(schema, listed, expected) {
  if (listed.join() !== expected.join()) {
    throw new Error(`components.schemas.${schema} must list, in this order: ${expected.join(', ')}`);
  }
}
