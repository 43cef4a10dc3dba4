import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import express from 'express';
import { beforeAll, expect, it } from 'vitest';
import { contract, type Entry } from '../contract.js';
import { expressEntry } from '../entries/express.js';
import { HONO_ENTRY } from '../entries/hono.js';
import { NODE_ENTRY } from '../entries/node.js';
import { SOURCE_OPTIONS } from './source.js';

interface Inside {
  EXPRESS_ENTRY: Entry;
  HONO_ENTRY: Entry;
  NODE_ENTRY: Entry;
  Uint8Array: typeof Uint8Array;
}

let inside: Inside;

/** The package, and the applications around it, in a context with globals of its own; frameworks and Node are outside. */
beforeAll(async () => {
  const entries = join(import.meta.dirname, 'vm-entries.ts');
  const { outputFiles } = await build({ ...SOURCE_OPTIONS, entryPoints: [entries], write: false });
  const shared = Object.fromEntries(
    ['Buffer', 'process', 'console', 'performance', 'crypto', 'setTimeout', 'clearTimeout', 'setImmediate', 'URL'].map(
      (name) => [name, Reflect.get(globalThis, name)],
    ),
  );
  const fetchTypes = { Request, Response, Headers, TextEncoder, TextDecoder, AbortController, ReadableStream };
  const context = createContext({ ...shared, ...fetchTypes });
  const module = { exports: {} };
  const run = runInContext(`(function (module, exports, require) {${outputFiles[0]?.text}\n})`, context);
  run(module, module.exports, createRequire(import.meta.url));
  inside = module.exports as Inside;
});

it('is a context whose Uint8Array is not the one of Buffer', () => {
  expect(Buffer.alloc(1) instanceof inside.Uint8Array).toBe(false);
});

contract({ ...expressEntry('Express in node:vm', express), mount: () => inside.EXPRESS_ENTRY.mount() });
contract({ ...HONO_ENTRY, name: 'Hono in node:vm', mount: () => inside.HONO_ENTRY.mount() });
contract({ ...NODE_ENTRY, name: 'node:http in node:vm', mount: () => inside.NODE_ENTRY.mount() });
