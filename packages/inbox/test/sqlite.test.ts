import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { contract } from './contract.js';

const folder = mkdtempSync(join(tmpdir(), 'inbox-sqlite-'));
let file = randomUUID();
afterEach(() => {
  file = randomUUID();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

contract('SQLite', () => `file:${join(folder, file)}.db`);
