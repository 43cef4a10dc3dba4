// The rows of the table in docs/receive/index.md: every entry, and the application of every framework's page.
import { readFileSync } from 'node:fs';

const NODES = ['Node 20', 'Node 24'];
const EVERYWHERE = [...NODES, 'Bun', 'Deno'];
/** What the frameworks of the pages ask for. */
const NEWER_NODES = ['Node 22', 'Node 24', 'Node 26'];

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} page below docs/receive
 * @property {string} [peer] the folder of `tests/peers` that it runs in; absent: it runs with the packages of this repository
 * @property {string} [package] whose version is shown
 * @property {string[]} platforms empty where it does not run here: then its types compile
 */

/** @type {Row[]} */
export const ROWS = [
  { name: 'Express 5', page: 'express', peer: 'express-5', package: 'express', platforms: EVERYWHERE },
  { name: 'Express 4', page: 'express', package: 'express4', platforms: EVERYWHERE },
  { name: 'Hono', page: 'hono', peer: 'hono-node-server-2', package: 'hono', platforms: [...EVERYWHERE, 'workerd'] },
  { name: 'Next.js App Router', page: 'next', package: 'next', platforms: NODES },
  { name: 'Next.js Pages Router', page: 'next', package: 'next', platforms: NODES },
  { name: 'node:http', page: 'node-http', peer: 'express-5', platforms: EVERYWHERE },
  { name: 'Fastify', page: 'fastify', peer: 'fastify-5', package: 'fastify', platforms: EVERYWHERE },
  { name: 'Koa', page: 'koa', peer: 'koa-3', package: 'koa', platforms: EVERYWHERE },
  { name: 'NestJS on Express', page: 'nestjs', peer: 'nest-12', package: '@nestjs/core', platforms: NEWER_NODES },
  { name: 'NestJS on Fastify', page: 'nestjs', peer: 'nest-12', package: '@nestjs/core', platforms: NEWER_NODES },
  { name: 'AWS Lambda, HTTP API', page: 'lambda', peer: 'express-5', platforms: NODES },
  { name: 'AWS Lambda, REST API', page: 'lambda', peer: 'express-5', platforms: NODES },
  { name: 'Cloudflare Workers', page: 'cloudflare-workers', platforms: ['workerd'] },
  { name: 'Bun', page: 'bun', peer: 'bun', platforms: ['Bun'] },
  { name: 'Deno', page: 'deno', peer: 'deno', platforms: ['Deno'] },
  { name: 'SvelteKit', page: 'sveltekit', peer: 'sveltekit-3', package: '@sveltejs/kit', platforms: NEWER_NODES },
  { name: 'Astro', page: 'astro', peer: 'astro-7', package: 'astro', platforms: NEWER_NODES },
  { name: 'Nuxt', page: 'nuxt', peer: 'nuxt-4', package: 'nuxt', platforms: NEWER_NODES },
  { name: 'Nitro', page: 'nuxt', peer: 'nitro-3', package: 'nitro', platforms: NEWER_NODES },
  {
    name: 'React Router',
    page: 'react-router',
    peer: 'react-router-8',
    package: 'react-router',
    platforms: NEWER_NODES,
  },
  { name: 'Elysia', page: 'elysia', peer: 'elysia-1', package: 'elysia', platforms: ['Bun'] },
  {
    name: 'Google Cloud Functions',
    page: 'function-hosts',
    peer: 'google-functions-5',
    package: '@google-cloud/functions-framework',
    platforms: NEWER_NODES,
  },
  {
    name: 'Firebase',
    page: 'function-hosts',
    peer: 'firebase-functions-7',
    package: 'firebase-functions',
    platforms: NEWER_NODES,
  },
  { name: 'Supabase', page: 'function-hosts', peer: 'supabase', platforms: ['Deno'] },
  { name: 'Vercel', page: 'function-hosts', peer: 'vercel', platforms: ['Deno'] },
  {
    name: 'Azure Functions',
    page: 'function-hosts',
    peer: 'azure-functions-4',
    package: '@azure/functions',
    platforms: [],
  },
];

/**
 * The version of a row's framework; undefined where the platform itself is it.
 *
 * @param {Row} row
 * @returns {string | undefined}
 */
export function versionOf({ peer, package: name }) {
  if (name === undefined) return undefined;
  const path = peer === undefined ? '../../package-lock.json' : `../peers/${peer}/package-lock.json`;
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')).packages[`node_modules/${name}`].version;
}
