import type { Command } from 'commander';
import { choice } from '../../choices.js';
import { usage } from '../../failure.js';
import { harmless, type Io, print, printJson } from '../../io.js';
import { confirm } from '../../prompt.js';
import { withJson } from '../options.js';
import { detectProject, type Project } from './detect.js';
import { FRAMEWORKS } from './frameworks/list.js';
import { planSetup, type Setup } from './setup.js';
import { diffOf, nextSteps, showSetup } from './show.js';
import { writeChanges } from './write.js';

interface InitOptions {
  readonly framework?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const HELP = `
It adds files, and lines to files where their place is certain; it never overwrites a file and installs nothing.

Example:
  cd my-app && npx @videocloud/webhooks-cli init`;

/** `init`: a webhook route, its test and `.env.example` for the app in a folder. */
export function addInitCommand(program: Command, io: Io): void {
  withJson(program.command('init [dir]').description('add a webhook route and a test to an app'))
    .option(
      '--framework <name>',
      `instead of what package.json shows: ${FRAMEWORKS.map(({ name }) => name).join(', ')}`,
    )
    .option('--yes', 'write without asking')
    .option('--dry-run', 'only show what would be written')
    .addHelpText('after', HELP)
    .action(async (dir: string | undefined, options: InitOptions) => {
      const { framework, yes, dryRun, json } = options;
      const names = FRAMEWORKS.map(({ name }) => name);
      const chosen = framework === undefined ? undefined : choice('--framework', framework, names);
      const project = detectProject(dir ?? '.', chosen, io.env.npm_config_user_agent);
      const setup = planSetup(project);
      if (!json) showSetup(io, project, setup);
      const written = setup.changes.length > 0 && dryRun !== true && (await agreed(io, setup, yes === true));
      if (written) writeChanges(project.folder, setup.changes);
      if (json) printJson(io, report(project, setup, written));
      else print(io, closing(project, setup, written, dryRun === true));
    });
}

/** @throws Failure (2) without a terminal to ask on */
async function agreed(io: Io, { changes }: Setup, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (io.stdin.isTTY !== true || io.stderr.isTTY !== true)
    throw usage('nothing was written: without a terminal to ask on, say --yes to write or --dry-run to look');
  return confirm(io, `Write ${changes.length === 1 ? 'this file' : `these ${changes.length} files`}?`);
}

function report(project: Project, setup: Setup, written: boolean) {
  const { folder, framework, manager, typed } = project;
  return {
    dir: folder.path,
    framework: framework.name,
    language: typed ? 'typescript' : 'javascript',
    module: setup.code.commonJs ? 'commonjs' : 'esm',
    packageManager: manager,
    testRunner: setup.testing.runner,
    written,
    changes: setup.changes.map((change) => ({
      path: change.path,
      action: change.before === undefined ? 'create' : 'edit',
      diff: diffOf(change),
    })),
    unchanged: setup.kept,
    manual: setup.manual,
    next: nextSteps(project, setup),
  };
}

function closing(project: Project, setup: Setup, written: boolean, dryRun: boolean): string {
  const { changes, manual, testing } = setup;
  if (changes.length === 0 && manual.length === 0) return '\nNothing to do: the route is set up already.';
  if (!written && changes.length > 0) return dryRun ? '\nNothing was written (--dry-run).' : '\nNothing was written.';
  const { install, test, secret, start, trigger } = nextSteps(project, setup);
  const unknown =
    testing.unknown === undefined
      ? []
      : [`  (its command, ${harmless(testing.unknown, 80)}, may not find the test: node --test runs it)`];
  return [
    written ? `\nWrote ${changes.map(({ path }) => path).join(', ')}.` : '',
    ...(manual.length > 0 ? ['Put in the lines for your hand, above.'] : []),
    'Next:',
    ...[...install, test].map((line) => `  ${line}`),
    ...unknown,
    `  ${secret}`,
    ...(start === undefined ? [] : [`  ${start}`]),
    `  ${trigger}`,
  ].join('\n');
}
