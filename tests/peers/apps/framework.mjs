// The application of a framework's page. Its handler prints the video's id.
import { readFileSync } from 'node:fs';
import { startFramework } from './framework.js';
import { SECRET } from './lib.mjs';

const { config } = JSON.parse(readFileSync('package.json', 'utf8'));

export async function start() {
  const env = { ...process.env, VIDEOCLOUD_WEBHOOK_SECRET: SECRET };
  const { port, output, stop } = await startFramework(process.cwd(), config, env);
  return {
    url: `http://127.0.0.1:${port}/webhooks`,
    handled: () => output().match(/^vid_\d$/gm)?.length ?? 0,
    stop,
  };
}
