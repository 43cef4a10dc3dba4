import type { ChildProcess } from 'node:child_process';

/** Where an entry is mounted. */
export interface Place {
  platform: string;
  /** The program of the platform's Node, or the one that npm runs on. */
  node: string;
  /** Gives the folder of the installed project. */
  install: () => Promise<string>;
}

/** What a child prints once it listens. */
export function listening(child: ChildProcess, pattern: RegExp, stream = child.stdout): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    for (const one of new Set([stream, child.stderr]))
      one?.on('data', (chunk) => {
        output += chunk;
        const found = pattern.exec(output)?.[1];
        if (found !== undefined) resolve(found);
      });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`it ended with ${code}:\n${output}`)));
  });
}
