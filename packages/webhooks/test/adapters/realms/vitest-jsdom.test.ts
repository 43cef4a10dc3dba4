// @vitest-environment jsdom
import express from 'express';
import { expect, it } from 'vitest';
import { contract } from '../contract.js';
import { expressEntry } from '../entries/express.js';
import { HONO_ENTRY } from '../entries/hono.js';
import { NODE_ENTRY } from '../entries/node.js';

it('is an environment whose Uint8Array is not the one of Buffer', () => {
  expect(Buffer.alloc(1) instanceof Uint8Array).toBe(false);
});

contract(expressEntry('Express in jsdom', express));
contract({ ...HONO_ENTRY, name: 'Hono in jsdom' });
contract({ ...NODE_ENTRY, name: 'node:http in jsdom' });
