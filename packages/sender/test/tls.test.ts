import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildConnector } from 'undici';
import { expect, it, onTestFinished } from 'vitest';
import { type Connector, isPublicAddress } from '../src/index.js';
import { published, start } from './support/sender.js';

it('checks the certificate against the name of the URL, though it connects by number', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sender-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const request =
    'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=hooks.example.com -addext subjectAltName=DNS:hooks.example.com';
  execFileSync('openssl', [...request.split(' '), '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const names: unknown[] = [];
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (incoming, response) => {
    names.push((incoming.socket as typeof incoming.socket & { servername?: string }).servername);
    incoming.resume().on('end', () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const real = buildConnector({ ca: readFileSync(cert) });
  const { port } = server.address() as AddressInfo;
  const connector: Connector = (target, callback) => {
    expect(isPublicAddress(target.hostname)).toBe(true);
    real({ ...target, hostname: '127.0.0.1', port: String(port) }, callback);
  };
  const { sender, create } = start({ allowPrivateAddresses: false, connector, lookup: () => ['8.8.8.8'] });
  const good = await create('https://hooks.example.com/');
  await create('https://other.example.com/');
  await create('https://8.8.4.4/');
  await sender.emit(published());
  await sender.idle();
  for (const { webhookId, status, error } of sender.deliveries().items) {
    if (webhookId === good) expect(status).toBe('success');
    else expect(error).toMatch(/^tls_error: /);
  }
  expect(names).toEqual(['hooks.example.com']);
});
