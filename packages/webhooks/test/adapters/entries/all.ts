// Every entry by its name in the table of frameworks, mounted where a row of that table says.
import express5 from 'express';
import express4 from 'express4';
import type { Entry } from '../contract.js';
import { expressEntry } from './express.js';
import { FASTIFY_ENTRY } from './fastify.js';
import { HONO_ENTRY } from './hono.js';
import { KOA_ENTRY } from './koa.js';
import { LAMBDA_HTTP_ENTRY, LAMBDA_REST_ENTRY } from './lambda.js';
import { nextAppEntry, nextPagesEntry } from './next.js';
import { NODE_ENTRY } from './node.js';
import type { Place } from './place.js';
import { inProcess } from './process.js';
import { HONO_WORKER_ENTRY, WORKER_ENTRY } from './worker.js';

const express = (name: string) => `import express from '${name}';
import { expressEntry } from './express.js';
const entry = expressEntry('', express);`;
const exported = (name: string, file: string) => `import { ${name} as entry } from '${file}';`;
const NEST = '../../../../nestjs/test/apps.js';
/** What that file says of its entries: another package's source, with decorators, is no part of this one's types. */
const NEST_ENTRY: Entry = {
  name: '',
  path: '/webhooks',
  tolerant: '/tolerant',
  parsed: [],
  mount: () => Promise.reject(),
};
const hono = inProcess(HONO_ENTRY, exported('HONO_ENTRY', './hono.js'));

export const ENTRIES: Readonly<Record<string, (place: Place) => Entry>> = {
  'Express 5': inProcess(expressEntry('', express5), express('express')),
  'Express 4': inProcess(expressEntry('', express4), express('express4')),
  Hono: (place) => (place.platform === 'workerd' ? HONO_WORKER_ENTRY : hono(place)),
  'Next.js App Router': ({ node }) => nextAppEntry(node),
  'Next.js Pages Router': ({ node }) => nextPagesEntry(node),
  'node:http': inProcess(NODE_ENTRY, exported('NODE_ENTRY', './node.js')),
  Fastify: inProcess(FASTIFY_ENTRY, exported('FASTIFY_ENTRY', './fastify.js')),
  Koa: inProcess(KOA_ENTRY, exported('KOA_ENTRY', './koa.js')),
  'NestJS on Express': inProcess({ ...NEST_ENTRY, verify: '/verify' }, exported('EXPRESS_ENTRY', NEST)),
  'NestJS on Fastify': inProcess(NEST_ENTRY, exported('FASTIFY_ENTRY', NEST)),
  'AWS Lambda, HTTP API': inProcess(LAMBDA_HTTP_ENTRY, exported('LAMBDA_HTTP_ENTRY', './lambda.js')),
  'AWS Lambda, REST API': inProcess(LAMBDA_REST_ENTRY, exported('LAMBDA_REST_ENTRY', './lambda.js')),
  'Cloudflare Workers': () => WORKER_ENTRY,
};
