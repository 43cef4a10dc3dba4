import { receiver } from './receiver.ts';

const onListen = ({ port }: { port: number }) => console.log(`listening on ${port}`);
Deno.serve({ port: 0, hostname: '127.0.0.1', onListen }, receiver.fetch);
