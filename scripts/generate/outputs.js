// The text of every generated file.
import { catalog, examples, summaries } from './data.js';
import { payloads } from './payloads.js';
import { apiTypes, payloadTypes } from './types.js';

const WEBHOOKS = 'packages/webhooks/src/generated';
const CLIENT = 'packages/client/src/generated';

/**
 * @param {any} document
 * @param {import('./events.js').EventEntry[]} events
 * @returns {Promise<Record<string, string>>} path from the root → text
 */
export async function outputs(document, events) {
  /** @type {Record<string, string>} */
  const bodies = {
    [`${WEBHOOKS}/schemas.ts`]: await payloadTypes(document, events),
    [`${WEBHOOKS}/catalog.ts`]: catalog(events),
    [`${WEBHOOKS}/summaries.ts`]: summaries(events),
    [`${WEBHOOKS}/examples.ts`]: examples(events),
    [`${WEBHOOKS}/payloads.ts`]: payloads(document, events),
    [`${CLIENT}/openapi.ts`]: await apiTypes(document),
  };
  return Object.fromEntries(
    Object.entries(bodies).map(([path, body]) => [
      path,
      `// Generated from openapi.yaml by scripts/generate. Do not edit: change the source and run \`npm run generate\`.\n${body.trim()}\n`,
    ]),
  );
}
