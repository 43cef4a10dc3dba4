import { DELIVERED_EVENT_TYPES } from '@videocloud/webhooks';
import type { Command } from 'commander';
import { usage } from '../failure.js';
import { type Io, print } from '../io.js';

/** `completion`: a script for the shell, made from the verbs themselves. */
export function addCompletionCommand(program: Command, io: Io): void {
  program
    .command('completion <shell>')
    .description('a completion script for bash, zsh or fish')
    .addHelpText('after', '\nExample:\n  source <(videocloud-webhooks completion bash)')
    .action((shell: string) => {
      const verbs = program.commands.map((command) => command.name());
      const inner =
        program.commands.find((command) => command.name() === 'subscriptions')?.commands.map((c) => c.name()) ?? [];
      const words = [verbs.join(' '), inner.join(' '), DELIVERED_EVENT_TYPES.join(' ')] as const;
      if (shell === 'bash') print(io, bash(...words));
      else if (shell === 'zsh') print(io, `autoload -U +X bashcompinit && bashcompinit\n${bash(...words)}`);
      else if (shell === 'fish') print(io, fish(...words));
      else throw usage('there are completions for bash, zsh and fish');
    });
}

function bash(verbs: string, inner: string, events: string): string {
  return `_videocloud_webhooks() {
  local words
  case "\${COMP_WORDS[1]}" in
    subscriptions) words="${inner}" ;;
    trigger|types) words="${events}" ;;
  esac
  [ "$COMP_CWORD" -eq 1 ] && words="${verbs}"
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _videocloud_webhooks videocloud-webhooks`;
}

function fish(verbs: string, inner: string, events: string): string {
  const rule = (condition: string, words: string) => `complete -c videocloud-webhooks -n '${condition}' -a '${words}'`;
  return [
    rule('__fish_use_subcommand', verbs),
    rule('__fish_seen_subcommand_from subscriptions', inner),
    rule('__fish_seen_subcommand_from trigger types', events),
  ].join('\n');
}
