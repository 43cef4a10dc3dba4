import { EXIT, Failure, isNamed } from './failure.js';
import type { Io } from './io.js';

/** Asks for the secret without showing what is typed. Ctrl-C ends the command with 130. */
export async function askSecret({ stdin, stderr, signal }: Io): Promise<string> {
  const { default: password } = await import('@inquirer/password');
  try {
    const message = 'secret (not shown):';
    return await password({ message, mask: false }, { input: stdin, output: stderr, signal, clearPromptOnDone: false });
  } catch (error) {
    if (isNamed(error, 'ExitPromptError', 'AbortPromptError')) throw new Failure(EXIT.interrupted, 'interrupted');
    throw error;
  }
}
