// Bundled by vm.test.ts and run in a context of its own.
import express from 'express';
import { expressEntry } from '../entries/express.js';

export { HONO_ENTRY } from '../entries/hono.js';
export { NODE_ENTRY } from '../entries/node.js';
export const EXPRESS_ENTRY = expressEntry('Express', express);

const Own = Uint8Array;

export { Own as Uint8Array };
