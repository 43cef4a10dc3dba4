import { Command, CommanderError } from 'commander';
import { addCheckCommand } from './commands/check.js';
import { addCompletionCommand } from './commands/completion.js';
import { addDevCommand } from './commands/dev/index.js';
import { addExplainCommand } from './commands/explain.js';
import { addInboxCommand } from './commands/inbox/index.js';
import { addInitCommand } from './commands/init/index.js';
import { addListenCommand } from './commands/listen/index.js';
import { addMcpCommand } from './commands/mcp/index.js';
import { addSignCommand } from './commands/sign.js';
import { addSubscriptionsCommand } from './commands/subscriptions/index.js';
import { addTriggerCommand } from './commands/trigger/index.js';
import { addTypesCommand } from './commands/types.js';
import { addVerifyCommand } from './commands/verify.js';
import { EXIT, Failure, reasonOf, usage } from './failure.js';
import { harmless, type Io } from './io.js';
import { version } from './version.js';

/** The program with all its commands; `exit` sets the code a command ends with. */
export function buildProgram(io: Io, exit: (code: number) => void): Command {
  const program = new Command('videocloud-webhooks')
    .description('VideoCloud webhooks: sign, verify, explain, trigger, listen, check, operate.')
    .version(version)
    .addHelpText('after', '\nWithout installing it: npx @videocloud/webhooks-cli <command>')
    .exitOverride()
    // Errors are thrown and written in one place.
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: () => undefined });
  addInitCommand(program, io);
  addSignCommand(program, io);
  addVerifyCommand(program, io, exit);
  addExplainCommand(program, io, exit);
  addTriggerCommand(program, io, exit);
  addListenCommand(program, io, exit);
  addCheckCommand(program, io, exit);
  addSubscriptionsCommand(program, io, exit);
  addInboxCommand(program, io, exit);
  addTypesCommand(program, io);
  addDevCommand(program, io);
  addMcpCommand(program, io);
  addCompletionCommand(program, io);
  return program;
}

/**
 * Runs one command line and returns its exit code; all output goes through `io`. `onVerdict` gets the code as soon as it is
 * known, though a connection may still have to be closed.
 */
export async function run(
  argv: readonly string[],
  io: Io,
  onVerdict: (code: number) => void = () => undefined,
): Promise<number> {
  let code: number = EXIT.done;
  const program = buildProgram(io, (ended) => {
    code = ended;
    onVerdict(ended);
  });
  try {
    if (argv.length === 0) throw usage('no command: see `videocloud-webhooks --help`');
    await program.parseAsync([...argv], { from: 'user' });
    return io.signal.aborted ? EXIT.interrupted : code;
  } catch (error) {
    if (io.signal.aborted) return EXIT.interrupted;
    const failure = failureOf(error, argv, program);
    if (failure.exitCode !== EXIT.done && failure.exitCode !== EXIT.interrupted) {
      io.stderr.write(`error: ${harmless(failure.message)}\n`);
    }
    return failure.exitCode;
  }
}

/** What ended the command, as a message and an exit code. */
function failureOf(error: unknown, argv: readonly string[], program: Command): Failure {
  if (error instanceof Failure) return error;
  if (!(error instanceof CommanderError)) return new Failure(EXIT.remote, reasonOf(error));
  if (error.exitCode === 0) return new Failure(EXIT.done, '');
  const group = program.commands.find((command) => command.name() === argv[0] && command.commands.length > 0);
  const help = `see \`videocloud-webhooks ${group === undefined ? '' : `${group.name()} `}--help\``;
  // The help of a group named without a command, or `help` with an unknown one.
  if (error.code === 'commander.help')
    return usage(group === undefined ? `no such command: ${help}` : `no command: ${help}`);
  // What follows the equals sign of a misspelled option may be a secret: `--secrets=…`, `--token=…`.
  const message = error.message
    .replace(/^error: /, '')
    .replace(/^(unknown option '--?[^=']*)=(?!(?:true|false|yes|no|on|off)')[\s\S]*'/, "$1=…'");
  return usage(
    error.code === 'commander.unknownCommand' && !/Did you mean/.test(message) ? `${message}: ${help}` : message,
  );
}

/** The binary: the process as the world, Ctrl-C and SIGTERM as the signal. */
export async function main(): Promise<void> {
  const interrupt = new AbortController();
  const stop = (): void => {
    // A second Ctrl-C ends at once, and so does work that takes too long to stop.
    if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
    interrupt.abort(new Error('interrupted'));
    setTimeout(() => process.exit(EXIT.interrupted), 2_000).unref();
  };
  // Permanent listeners: between two `once` listeners, a second Ctrl-C would end the process by the signal.
  process.on('SIGINT', stop);
  // As the first process of a container, this one would otherwise not end by it.
  process.on('SIGTERM', stop);
  const { stdin, stdout, stderr, env } = process;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      stderr.write(`error: cannot write the output: ${error.message}\n`);
      process.exit(EXIT.remote);
    }
    // A reader that left (`| head`) is no error and no reason to continue; it changes no verdict either.
    process.exit();
  });
  // Nobody reads it any more.
  stderr.on('error', () => undefined);
  const io: Io = { stdin, stdout, stderr, env, signal: interrupt.signal };
  const end = (code: number): void => {
    process.exitCode = code;
  };
  end(await run(process.argv.slice(2), io, end));
}
