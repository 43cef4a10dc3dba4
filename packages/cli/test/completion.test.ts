import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { cli, put } from './harness.js';

it.each(['bash', 'zsh', 'fish'])('the script for %s names every verb and its options', async (shell) => {
  const { code, out } = await cli(['completion', shell]);
  expect(code).toBe(0);
  for (const word of ['explain', 'trigger', 'rotate', 'health', 'video.processed', '--tamper', '--prune', '--replay']) {
    expect(out).toContain(word);
  }
});

it.each<[string, string[]]>([
  ['tr', ['trigger']],
  ['trigger video.p', ['video.processed', 'video.published']],
  ['trigger --ta', ['--tamper']],
  ['subscriptions re', ['reactivate']],
  ['inbox re', ['retry', 'resume']],
  ['inbox retry --per', ['--per-second']],
  ['subscriptions ensure file.yaml --p', ['--prune']],
  ['subscriptions list --b', ['--base-url']],
  ['types user.r', ['user.registered']],
])('bash completes %j', async (line, words) => {
  const script = put('completion.sh', (await cli(['completion', 'bash'])).out);
  const code = `source ${script}; COMP_WORDS=(videocloud-webhooks ${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_videocloud_webhooks; echo "\${COMPREPLY[*]}"`;
  expect(execFileSync('bash', ['-c', code], { encoding: 'utf8' }).trim().split(' ')).toEqual(words);
});
