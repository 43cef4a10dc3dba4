// npm start: the inspector page with a sample Express receiver behind it, on loopback. Options are those of `videocloud-webhooks dev`.
import { generateSecret } from '@videocloud/webhooks';
import { startSampleReceiver } from '../packages/inspector/scripts/sample-receiver.js';

process.env.VIDEOCLOUD_WEBHOOK_SECRET ||= generateSecret();
const receiver = await startSampleReceiver({
  secret: process.env.VIDEOCLOUD_WEBHOOK_SECRET,
  say: (line) => console.log(line),
});
console.log(`sample receiver ${receiver.url}  ("break": true in a payload makes it answer 500)`);
process.argv.splice(2, 0, 'dev', '--to', receiver.url);
process.once('SIGTERM', () => process.emit('SIGINT'));
// Not a literal: the built program has no types.
const { main } = await import(String(new URL('../packages/cli/dist/main.js', import.meta.url)));
await main();
await receiver.close();
// Ctrl-C is how it is meant to end.
if (process.exitCode === 130) process.exitCode = 0;
