// Bundled by jest.test.ts and run by Jest.
import { webcrypto } from 'node:crypto';
import express from 'express';
import { expect, it } from 'vitest';
import { contract } from '../contract.js';
import { expressEntry } from '../entries/express.js';
import { HONO_ENTRY } from '../entries/hono.js';
import { NODE_ENTRY } from '../entries/node.js';

// For the handlers of the contract: jsdom has no `crypto.subtle`.
Object.defineProperty(globalThis, 'crypto', { value: webcrypto });

it('is an environment whose Object is not the one of Node', () => {
  expect(Object.getPrototypeOf(process.versions) === Object.prototype).toBe(false);
});

contract(expressEntry('Express in Jest', express));
contract({ ...HONO_ENTRY, name: 'Hono in Jest' });
contract({ ...NODE_ENTRY, name: 'node:http in Jest' });
