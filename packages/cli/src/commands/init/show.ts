import { structuredPatch } from 'diff';
import { harmless, type Io, type Paint, painter, print } from '../../io.js';
import type { Project } from './detect.js';
import { execLine, installLines, testLine } from './package-manager.js';
import { type Change, type Setup, VARIABLE } from './setup.js';

/** What was found, and every line that will be written. */
export function showSetup(io: Io, project: Project, setup: Setup): void {
  const paint = painter(io);
  print(io, paint(describe(project, setup), 'bold'));
  for (const change of setup.changes) {
    print(
      io,
      `\n${paint(change.before === undefined ? `new file ${shown(change.path)}` : `change ${shown(change.path)}`, 'bold')}`,
    );
    print(
      io,
      diffOf(change)
        .map((line) => colored(line, paint))
        .join('\n'),
    );
  }
  if (setup.kept.length > 0) print(io, `\nunchanged: ${setup.kept.map(shown).join(', ')}`);
  for (const { file, where, lines } of setup.manual) {
    print(
      io,
      `\n${paint(`by hand in ${shown(file)}, ${where}:`, 'bold')}\n${lines.map((line) => `  ${shown(line)}`).join('\n')}`,
    );
  }
}

export function describe({ framework, manager, typed }: Project, { code, testing }: Setup): string {
  const language = typed ? 'TypeScript' : `JavaScript (${code.commonJs ? 'CommonJS' : 'ES modules'})`;
  const runner = testing.runner === 'node' ? 'node:test' : testing.runner;
  return `${framework.title} · ${language} · ${manager} · ${runner}`;
}

/** The lines of a change, each behind `+`, `-` or a space; two lines around what is added to a file. */
export function diffOf({ before, after }: Change): string[] {
  const { hunks } = structuredPatch('', '', before ?? '', after, '', '', { context: 2 });
  return hunks.flatMap(({ lines }, index) => [
    ...(index > 0 ? [' …'] : []),
    ...lines.filter((line) => !line.startsWith('\\')),
  ]);
}

function colored(line: string, paint: Paint): string {
  const text = `  ${line.slice(0, 1)} ${shown(line.slice(1))}`.trimEnd();
  if (line.startsWith('+')) return paint(text, 'good');
  return line.startsWith('-') ? paint(text, 'bad') : paint(text, 'dim');
}

const shown = (text: string) => harmless(text.replace(/\t/g, '    '), 300);

/** The lines to type next. */
export function nextSteps({ folder, manifest, framework, manager, entry }: Project, { install, envFile }: Setup) {
  const readsEnvFile = framework.readsEnvFile || envFile !== '.env';
  const listens = entry !== undefined && /\.[cm]?js$/.test(entry.path) && entry.text.includes('.listen(');
  const byNode = listens ? `node ${readsEnvFile ? '' : '--env-file=.env '}${entry.path}` : undefined;
  const start = startLine(manifest.scripts, manager, readsEnvFile) ?? byNode;
  const port = envFile === '.dev.vars' ? 8787 : (portOf(entry?.text) ?? framework.port);
  return {
    install: installLines(manager, install.packages, install.devPackages),
    test: testLine(manager),
    secret: `put ${VARIABLE}=… into ${envFile}, which is not committed${ignored(folder.read('.gitignore'), envFile) ? '' : ` (add ${envFile} to .gitignore)`}`,
    start,
    trigger: `${execLine(manager)} @videocloud/webhooks-cli trigger video.processed http://localhost:${port}/webhooks --secret-file ${envFile}`,
  };
}

/** The port that an app's file listens on, where it says so in digits. */
const portOf = (text = '') => /\.listen\((?:\{\s*port:\s*)?(\d{2,5})\b/.exec(text)?.[1];

function ignored(gitignore: string | undefined, envFile: string): boolean {
  const lines = (gitignore ?? '').split(/\r?\n/).map((line) => line.trim());
  return lines.some((line) => [envFile, `/${envFile}`, `${envFile}*`, `/${envFile}*`].includes(line));
}

/** How the app is started with its `.env`. */
function startLine(scripts: ReadonlyMap<string, string>, manager: string, readsEnvFile: boolean): string | undefined {
  const name = ['dev', 'start:dev', 'start'].find((candidate) => scripts.has(candidate));
  if (name === undefined) return undefined;
  const command = scripts.get(name) ?? '';
  const run = manager === 'npm' && name === 'start' ? 'npm start' : `${manager} run ${name}`;
  if (readsEnvFile || /--env-file|dotenv|\bfastify start\b/.test(command)) return run;
  const plain = /^(node|tsx(?: watch)?|nest start)\b(.*)$/.exec(command);
  if (plain !== null)
    return `${plain[1] === 'node' ? '' : manager === 'npm' ? 'npx ' : `${manager} exec `}${plain[1]} --env-file=.env${plain[2]}`;
  return `${run} (with ${VARIABLE} in its environment)`;
}
