import { DELIVERED_EVENT_TYPES } from '@videocloud/webhooks/protocol';
import type { Command } from 'commander';
import { choice } from '../choices.js';
import { type Io, print } from '../io.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** `completion`: a script for the shell, generated from the commands and their options. */
export function addCompletionCommand(program: Command, io: Io): void {
  program
    .command('completion <shell>')
    .description('print a completion script for bash, zsh or fish')
    .addHelpText('after', '\nExample:\n  source <(videocloud-webhooks completion bash)')
    .action((text: string) => {
      const shell = choice('the shell', text, SHELLS);
      const cases = [...casesOf(program, '')];
      if (shell === 'fish') print(io, fish(cases));
      else print(io, `${shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : ''}${bash(cases)}`);
    });
}

/** The words that may follow a command: subcommands, options and, where it takes an event, event names. */
interface Case {
  /** The command's words, such as `subscriptions list`; empty for the program. */
  readonly path: string;
  readonly words: readonly string[];
}

function* casesOf(command: Command, path: string): Generator<Case> {
  const takesEvent = command.registeredArguments.some((argument) => argument.name() === 'event');
  const inner = command.commands.filter((child) => child.name() !== 'help');
  yield {
    path,
    words: [
      ...inner.map((child) => child.name()),
      ...(takesEvent ? DELIVERED_EVENT_TYPES : []),
      ...command.options.flatMap((option) => option.long ?? []),
      '--help',
    ],
  };
  for (const child of inner) yield* casesOf(child, `${path} ${child.name()}`.trim());
}

function bash(cases: readonly Case[]): string {
  const lines = cases
    .filter(({ path }) => path !== '')
    // The longest first: "subscriptions list" before "subscriptions".
    .sort((a, b) => b.path.length - a.path.length)
    .map(({ path, words }) => `    "${path} "*) words="${words.join(' ')}" ;;`);
  return `_videocloud_webhooks() {
  local words="${cases[0]?.words.join(' ')}"
  case "\${COMP_WORDS[*]:1:COMP_CWORD-1} " in
${lines.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _videocloud_webhooks videocloud-webhooks`;
}

function fish(cases: readonly Case[]): string {
  return cases
    .map(({ path, words }) => {
      const seen = path.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`);
      const condition = path === '' ? '__fish_use_subcommand' : seen.join('; and ');
      return `complete -c videocloud-webhooks -n '${condition}' -a '${words.join(' ')}'`;
    })
    .join('\n');
}
