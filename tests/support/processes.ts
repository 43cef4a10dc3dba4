// Processes of ours that tests start, talk to and kill.
import { type ChildProcess, spawn } from 'node:child_process';

/** A program that runs until it is killed. */
export interface Program {
  readonly pid: number;
  /** Resolves when it has ended, by whatever means. */
  readonly ended: Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** A program that printed `listening on PORT`. */
export interface Listener extends Program {
  readonly url: string;
  readonly port: number;
}

/** Starts `node file` with `env` added to the environment; resolves with what `ready` found in its output. */
export async function startProgram(
  file: URL,
  env: Readonly<Record<string, string>>,
  ready: RegExp,
): Promise<Program & { readonly found: readonly string[] }> {
  const child = spawn(process.execPath, [file.pathname], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  ended.then(() => process.off('exit', endWithUs));
  const found = await printed(child, ready);
  return {
    pid: child.pid ?? 0,
    found,
    ended,
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      await ended;
    },
  };
}

/** Starts `node file` with `env` added to the environment; PORT is 0 unless given. */
export async function startListener(file: URL, env: Readonly<Record<string, string>>): Promise<Listener> {
  const program = await startProgram(file, { PORT: '0', ...env }, /listening on (\d+)/);
  const port = Number(program.found[1]);
  return { ...program, url: `http://127.0.0.1:${port}/`, port };
}

function printed(child: ChildProcess, ready: RegExp): Promise<string[]> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      if (output.length < 65_536) output += chunk.toString();
      const found = ready.exec(output);
      if (found !== null) resolve([...found]);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`It ended (${code ?? signal}) before it was ready: ${output}`)),
    );
  });
}
