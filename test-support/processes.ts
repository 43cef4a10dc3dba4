// Processes of ours that tests start, talk to and kill.
import { type ChildProcess, spawn } from 'node:child_process';

/** A program that printed `listening on PORT`. */
export interface Listener {
  readonly url: string;
  readonly port: number;
  /** Resolves when it has ended, by whatever means. */
  readonly ended: Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts `node file` with `env` added to the environment; PORT is 0 unless given. */
export async function startListener(file: URL, env: Readonly<Record<string, string>>): Promise<Listener> {
  const child = spawn(process.execPath, [file.pathname], {
    env: { ...process.env, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  ended.then(() => process.off('exit', endWithUs));
  const port = await portOf(child);
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    ended,
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      await ended;
    },
  };
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const port = /listening on (\d+)/.exec(output)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`It ended (${code ?? signal}) before it listened: ${output}`)),
    );
  });
}
