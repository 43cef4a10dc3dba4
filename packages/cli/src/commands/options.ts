import type { Command } from 'commander';

export const collect = (value: string, known: readonly string[] = []): string[] => [...known, value];

/** `--json`, which every command but `mcp` and `completion` has. */
export function withJson(command: Command): Command {
  return command.option('--json', 'one JSON document on standard output');
}

/**
 * Where the secret comes from.
 *
 * @param again what a second `--secret-file` means; by default another secret that is accepted, while one is rotated
 */
export function withSecret(command: Command, again = 'may be given again while you rotate'): Command {
  return command
    .option('--secret-file <file>', `file with the signing secret; ${again}`, collect)
    .option('--secret <secret>', 'the secret itself (seen by other users: prefer a file or VIDEOCLOUD_WEBHOOK_SECRET)');
}
