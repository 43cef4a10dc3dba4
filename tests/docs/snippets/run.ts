// Runs a snippet as a reader would who pastes it into a file.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { ROOT, type Snippet, where } from './extract.js';

// Inside the repository, so that package names resolve; ignored by git. Of each worker its own: another file of tests that
// runs beside this one would clear it away.
const FOLDER = join(ROOT, 'reports', 'snippets', process.env.VITEST_POOL_ID ?? 'alone');
const SERVE = new URL('./serve.js', import.meta.url).pathname;
/** For what never ends, on a machine that is busy with other things. */
const TIMEOUT_MS = 120_000;

/** A snippet that listens, or that has ended well. */
export interface Running {
  /** null: it ran to its end. */
  readonly url: string | null;
  /** What it has printed so far. */
  output(): string;
  stop(): Promise<void>;
}

/** An empty folder for the snippets to run in. */
export function clear(): void {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
}

/**
 * Starts a snippet as a program; resolves when it listens or, if that is what it is to do, when it has ended with code 0.
 *
 * @throws Error when it ends otherwise, with what it printed
 */
export function start(
  snippet: Snippet,
  env: Readonly<Record<string, string>>,
  until: 'listens' | 'ends' = 'listens',
): Promise<Running> {
  const child = spawn(process.execPath, [SERVE], {
    env: { ...process.env, ...env, SNIPPET: written(snippet) },
    cwd: FOLDER,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let output = '';
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    process.off('exit', endWithUs);
  };
  return new Promise((resolve, reject) => {
    const timer = setTimeout(endWithUs, TIMEOUT_MS);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const port = /listening on (\d+)/.exec(output)?.[1];
        if (port === undefined || until === 'ends') return;
        clearTimeout(timer);
        resolve({ url: `http://127.0.0.1:${port}/webhooks`, output: () => output, stop });
      });
    }
    ended.then((code) => {
      clearTimeout(timer);
      process.off('exit', endWithUs);
      if (code === 0 && until === 'ends') resolve({ url: null, output: () => output, stop });
      else reject(new Error(`${where(snippet)} ended with ${code}:\n${output}`));
    });
  });
}

/** Writes the snippet as JavaScript and gives the file's URL. */
export function written({ file, number, code }: Snippet): string {
  const path = join(FOLDER, `${file.replaceAll(/\W/g, '_')}_${number}.${/\brequire\(/.test(code) ? 'cjs' : 'js'}`);
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      verbatimModuleSyntax: true,
      experimentalDecorators: true,
    },
  });
  writeFileSync(path, outputText);
  return pathToFileURL(path).href;
}
