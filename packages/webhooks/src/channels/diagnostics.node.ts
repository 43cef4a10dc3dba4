import { channel } from 'node:diagnostics_channel';
import type { PublishTo } from './types.js';

/** A channel of `node:diagnostics_channel`; undefined on runtimes that have none. */
export const publishTo: PublishTo | undefined = channel;
