// Runs in the process of `process.ts`: mounts the entry, prints the port, and gives its calls on a port of its own.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Entry } from '../contract.js';

export async function serveEntry(entry: Entry): Promise<void> {
  const { port, calls } = await entry.mount();
  const control = createServer(async (_, response) => void response.end(JSON.stringify(await calls())));
  control.listen(0, '127.0.0.1', () =>
    console.log(JSON.stringify({ port, callsPort: (control.address() as AddressInfo).port })),
  );
}
