import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { DELIVERED_EVENT_TYPES } from '@videocloud/webhooks/protocol';
import { fixture } from '@videocloud/webhooks/testing';
import * as z from 'zod';
import { deliveredName } from '../../choices.js';
import { describeEvent } from '../types.js';
import { addTool, type Calls } from './tool.js';

const EVENT = {
  event: z.string(),
  meaning: z.string(),
  subscribable: z.boolean().describe('Whether a webhook can subscribe to this name; the others are only delivered'),
};
const NAME = '`event` must be the name of an event: see the tool list_events';

/** `list_events` and `sample_event`: what `types` prints. */
export function addEventTools(server: McpServer, calls: Calls): void {
  addTool(
    server,
    calls,
    {
      name: 'list_events',
      title: 'List the events of VideoCloud',
      description: 'The names of all webhook events that VideoCloud delivers, with their meaning.',
      input: {},
      output: { events: z.array(z.object(EVENT)) },
    },
    async () => ({ events: DELIVERED_EVENT_TYPES.map(describeEvent) }),
  );
  addTool(
    server,
    calls,
    {
      name: 'sample_event',
      title: 'Show a sample event',
      description: 'A complete sample of one event, as a delivery carries it: the envelope and the payload in `data`.',
      input: { event: z.string(NAME).max(200, NAME).describe('The name, such as video.processed') },
      output: {
        ...EVENT,
        sample: z.object({ event: z.string(), timestamp: z.string(), data: z.record(z.string(), z.unknown()) }),
      },
    },
    async ({ event }) => {
      const name = deliveredName(event);
      const { timestamp, data } = fixture(name);
      return { ...describeEvent(name), sample: { event: name, timestamp, data: { ...data } } };
    },
  );
}
