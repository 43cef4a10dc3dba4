import { Command, CommanderError } from 'commander';
import { addBytesCommands } from './commands/bytes.js';
import { addCheckCommand } from './commands/check.js';
import { addCompletionCommand } from './commands/completion.js';
import { addDevCommand } from './commands/dev.js';
import { addListenCommand } from './commands/listen.js';
import { addSubscriptionsCommand } from './commands/subscriptions.js';
import { addTriggerCommand } from './commands/trigger.js';
import { addTypesCommand } from './commands/types.js';
import { EXIT, Failure, reasonOf } from './failure.js';
import type { Io } from './io.js';
import { version } from './version.js';

/** The program with all its verbs; `exit` sets the code a verb ends with. */
export function buildProgram(io: Io, exit: (code: number) => void): Command {
  const program = new Command('videocloud-webhooks')
    .description('VideoCloud webhooks: sign, verify, explain, trigger, listen, check, manage.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(`${text.trim().replace(/\s*\n\s*/g, ' ')}\n`),
    });
  addBytesCommands(program, io, exit);
  addTriggerCommand(program, io, exit);
  addListenCommand(program, io, exit);
  addCheckCommand(program, io, exit);
  addSubscriptionsCommand(program, io);
  addTypesCommand(program, io);
  addDevCommand(program, io);
  addCompletionCommand(program, io);
  return program;
}

/** Runs one command line and gives its exit code; everything it says goes through `io`. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.done;
  const program = buildProgram(io, (ended) => {
    code = ended;
  });
  try {
    if (argv.length === 0) throw new Failure(EXIT.usage, 'no verb: see `videocloud-webhooks --help`');
    await program.parseAsync([...argv], { from: 'user' });
    return io.signal.aborted ? EXIT.interrupted : code;
  } catch (error) {
    if (io.signal.aborted) return EXIT.interrupted;
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof Failure) {
      io.stderr.write(`error: ${error.message}\n`);
      return error.exitCode;
    }
    io.stderr.write(`error: ${reasonOf(error).replace(/\s*\n\s*/g, ' ')}\n`);
    return EXIT.remote;
  }
}

/** The binary: the process as the world, Ctrl-C as the signal. */
export async function main(): Promise<void> {
  const interrupt = new AbortController();
  process.once('SIGINT', () => {
    interrupt.abort(new Error('interrupted'));
    // A second Ctrl-C, or work that does not end, must not be waited for.
    process.once('SIGINT', () => process.exit(EXIT.interrupted));
    setTimeout(() => process.exit(EXIT.interrupted), 2_000).unref();
  });
  const { stdin, stdout, stderr, env } = process;
  let ended = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      stderr.write(`error: cannot write the output: ${error.message}\n`);
      process.exit(EXIT.remote);
    }
    // A reader that went away (`| head`) is no error of ours, and no reason to go on; but it changes no verdict either.
    if (!ended) process.exit(EXIT.done);
  });
  // Nobody is left to tell.
  stderr.on('error', () => undefined);
  process.exitCode = await run(process.argv.slice(2), { stdin, stdout, stderr, env, signal: interrupt.signal });
  ended = true;
}
