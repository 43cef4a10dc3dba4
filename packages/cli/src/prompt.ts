import { EXIT, Failure, isNamed } from './failure.js';
import type { Io } from './io.js';

/** Asks for the secret without showing what is typed. Ctrl-C ends the command with 130. */
export async function askSecret({ stdin, stderr, signal }: Io): Promise<string> {
  const { default: password } = await import('@inquirer/password');
  const message = 'secret (not shown):';
  return interruptible(
    password({ message, mask: false }, { input: stdin, output: stderr, signal, clearPromptOnDone: false }),
  );
}

/** Asks whether to do it; Enter alone means yes. Ctrl-C ends the command with 130. */
export async function confirm({ stdin, stderr, signal }: Io, message: string): Promise<boolean> {
  const { default: ask } = await import('@inquirer/confirm');
  return interruptible(ask({ message }, { input: stdin, output: stderr, signal }));
}

async function interruptible<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (isNamed(error, 'ExitPromptError', 'AbortPromptError')) throw new Failure(EXIT.interrupted, 'interrupted');
    throw error;
  }
}
