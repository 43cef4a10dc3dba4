import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { Call, Entry, Mounted } from '../contract.js';
import { closer } from '../servers.js';
import { honoApp, PARSERS } from './hono-app.js';

const FIX = /before any middleware that parses the body/;

type Fetch = (request: Request) => Response | Promise<Response>;

/** The servers of Bun and Deno, where they are. */
interface Runtime {
  Bun?: { serve(options: object): { port: number } };
  Deno?: { serve(options: object, handler: Fetch): unknown };
}

async function mountHono(): Promise<Mounted> {
  const calls: Call[] = [];
  const app = honoApp((call) => calls.push(call));
  const fetch: Fetch = (request) => app.fetch(request);
  const { Bun, Deno } = globalThis as Runtime;
  const where = { port: 0, hostname: '127.0.0.1' };
  const close = async () => {};
  if (Bun !== undefined) return { port: Bun.serve({ ...where, fetch }).port, calls: () => calls, close };
  if (Deno !== undefined) {
    const port = await new Promise<number>((onListen) => {
      Deno.serve({ ...where, onListen: (address: { port: number }) => onListen(address.port) }, fetch);
    });
    return { port, calls: () => calls, close };
  }
  const server = await new Promise<Server>((resolve) => {
    const serving = serve(
      { fetch: app.fetch, port: 0, hostname: '127.0.0.1', serverOptions: { maxHeaderSize: 65_536 } },
      () => resolve(serving as Server),
    );
  });
  return { port: (server.address() as AddressInfo).port, calls: () => calls, close: closer(server) };
}

export const HONO_ENTRY: Entry = {
  name: 'Hono',
  path: '/webhooks',
  tolerant: '/tolerant',
  verify: '/verify',
  parsed: Object.keys(PARSERS).flatMap((title, index) => {
    // formData() leaves JSON alone.
    const form = title.includes('formData') ? { contentType: 'application/x-www-form-urlencoded' } : {};
    return [
      { title, path: `/parsed/${index}`, fix: FIX, ...form },
      { title: `${title} and verifyWebhook`, path: `/verify-parsed/${index}`, fix: FIX, ...form },
    ];
  }),
  mount: mountHono,
};
