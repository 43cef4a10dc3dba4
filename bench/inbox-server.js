// One contender of inbox-http.js in a process of its own: a receiver on node:http and what it does before it answers.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/node';
import { openInbox } from '../packages/inbox/dist/index.js';

// The inbox's own copy, so that both sides run on the same SQLite.
const Database = createRequire(new URL('../packages/inbox/package.json', import.meta.url))('libsql');
const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'inbox-bench-'));
const file = join(folder, 'inbox.db');
const secrets = 'bench-secret';

const CONTENDERS = {
  'empty handler': () => createReceiver({ secrets }).on('*', () => undefined),
  'SQLite inbox': async () => createReceiver({ secrets, inbox: await openInbox(`file:${file}`) }),
  'SQLite inbox, worker in the same process': async () => {
    const inbox = await openInbox(`file:${file}`);
    inbox.process(
      createReceiver({ secrets }).on('*', () => undefined),
      { concurrency: 64 },
    );
    return createReceiver({ secrets, inbox });
  },
  'one transaction per accept': () => createReceiver({ secrets, inbox: onePerTransaction() }),
};

/** What one would write without group commit: the same table and settings, a commit and so an fsync for each. */
function onePerTransaction() {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE deliveries (id INTEGER PRIMARY KEY, body BLOB NOT NULL UNIQUE, state INTEGER NOT NULL)');
  const insert = db.prepare('INSERT INTO deliveries (body, state) VALUES (?, 0) ON CONFLICT DO NOTHING');
  return { accept: async ({ rawBody }) => ({ duplicate: insert.run([rawBody]).changes === 0 }) };
}

const receiver = await CONTENDERS[process.argv[2]]();
const server = createServer(webhookHandler(receiver));
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpu: user + system });
});
process.on('disconnect', () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit();
});
