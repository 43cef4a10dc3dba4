import { receiver } from './receiver.ts';

const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: receiver.fetch });
console.log(`listening on ${server.port}`);
