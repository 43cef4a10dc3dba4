import { parseArgs } from 'node:util';
import { messageOf } from '@videocloud/local-web/server';
import { createSender } from './sender.js';

const USAGE = `Usage: npm run sender -- [options]
  --port N          port of the management API (default 4010; 0 for any free one)
  --host H          address to listen on (default 127.0.0.1)
  --allow-host NAME also answer to this host name; may be given again
  --database FILE   SQLite file (default :memory:)
  --token T         bearer token the API asks for (default: none is asked for)
  --allow-private   UNSAFE outside your machine: deliver to private addresses, accept http:// URLs`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4010' },
      host: { type: 'string', default: '127.0.0.1' },
      'allow-host': { type: 'string', multiple: true },
      database: { type: 'string', default: ':memory:' },
      token: { type: 'string' },
      'allow-private': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535) throw new TypeError('--port takes a number from 0 to 65535');
  const sender = createSender({
    database: values.database,
    token: values.token,
    hosts: values['allow-host'],
    allowPrivateAddresses: values['allow-private'],
    onError: (error) => process.stderr.write(`${messageOf(error)}\n`),
  });
  const { url } = await sender.listen(port, values.host);
  process.stdout.write(`VideoCloud reference sender: ${url}\n`);
  if (values['allow-private']) process.stdout.write('Private addresses are ALLOWED: for local use only.\n');
  const stop = () => void sender.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n\n${USAGE}\n`);
  process.exitCode = 2;
});
