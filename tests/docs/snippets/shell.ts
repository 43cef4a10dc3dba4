// Shell snippets: every command must be one of ours that exists, with options it knows, or a plain tool.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { ROOT, type Snippet, where } from './extract.js';

const CLI = join(ROOT, 'packages/cli/bin/videocloud-webhooks.js');
const CLI_NAMES = ['videocloud-webhooks', '@videocloud/webhooks-cli'];
/** Tools of the reader's machine that a snippet may use. */
const TOOLS = new Set([
  'deno',
  'cd',
  'curl',
  'openssl',
  'cat',
  'echo',
  'printf',
  'git',
  'export',
  'grep',
  'psql',
  'wrangler',
  'mkdir',
  'xxd',
  'base64',
]);
/** Files that a page has its reader write. */
const WRITTEN_BY_READERS = new Set(['server.js', 'server.mjs']);
/** Packages from elsewhere that a snippet may install. */
const INSTALLABLE = new Set([
  'msw',
  'hono',
  'express',
  'next',
  'fastify',
  'pg',
  'ioredis',
  'pg-boss',
  'bullmq',
  '@upstash/redis',
  '@opentelemetry/api',
  '@opentelemetry/sdk-metrics',
  '@opentelemetry/exporter-prometheus',
]);

interface Manifest {
  readonly name?: string;
  readonly scripts?: Readonly<Record<string, string>>;
}

const manifest = (folder: string): Manifest => {
  const file = join(ROOT, folder, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : {};
};
const packages = new Set(readdirSync(join(ROOT, 'packages')).map((name) => manifest(`packages/${name}`).name));

/** What is wrong with the commands of a shell snippet. */
export function shellFaults(snippet: Snippet): string[] {
  // An example's README speaks from the example's folder; every other page from the root.
  const folder = snippet.file.startsWith('examples/') ? dirname(snippet.file) : '.';
  const lines = snippet.code.replaceAll('\\\n', ' ').split('\n');
  return lines.flatMap((line) =>
    commandsOf(line).flatMap((command) => {
      const fault = commandFault(command, folder);
      return fault === undefined ? [] : [`${where(snippet)}: ${command.join(' ')}: ${fault}`];
    }),
  );
}

/** The commands of a line as words, without comments, variables in front and redirections. */
function commandsOf(line: string): string[][] {
  const words = line.match(/'[^']*'|"[^"]*"|&&|\|\||[|;]|[^\s|;&'"]+(?:'[^']*'|"[^"]*"|[^\s|;&'"])*|&/g) ?? [];
  const commands: string[][] = [[]];
  for (const word of words) {
    if (word.startsWith('#')) break;
    if (/^(&&|\|\||[|;&])$/.test(word)) commands.push([]);
    else if (!/^[0-9]*[<>]/.test(word)) commands.at(-1)?.push(word);
  }
  const isVariable = (word: string) => /^[A-Za-z_][A-Za-z_0-9]*=/.test(word);
  return commands
    .map((command) => command.slice(command.findIndex((word) => !isVariable(word))))
    .filter(([first]) => first !== undefined && !isVariable(first));
}

function commandFault([program = '', ...args]: readonly string[], folder: string): string | undefined {
  if (program === 'npm') return npmFault(args, folder);
  if (program === 'npx' || CLI_NAMES.includes(program)) {
    const [name = '', ...rest] = program === 'npx' ? args.filter((arg) => arg !== '-y') : [program, ...args];
    // npx takes the name of a package where none is installed that has such a program.
    if (program === 'npx' && name === 'videocloud-webhooks')
      return `npx needs the name of our package, ${CLI_NAMES[1]}`;
    if (CLI_NAMES.includes(name)) return cliFault(rest);
    return TOOLS.has(name) || existsSync(join(ROOT, 'node_modules/.bin', name))
      ? undefined
      : `there is no program ${name}`;
  }
  if (program === 'node' || program === 'bash') {
    // The program is an argument, not a file.
    if (['-e', '-p'].includes(args[0] ?? '')) return undefined;
    const file = args.find((arg) => !arg.startsWith('-')) ?? '';
    return WRITTEN_BY_READERS.has(file) || existsSync(join(ROOT, folder, file))
      ? undefined
      : `there is no file ${normalize(join(folder, file))}`;
  }
  return TOOLS.has(program) ? undefined : `${program} is no command of ours, nor a tool this check knows`;
}

function npmFault(args: readonly string[], folder: string): string | undefined {
  const [verb = '', ...rest] = args.filter((arg) => !arg.startsWith('-'));
  if (['ci', 'pack', 'init', 'pkg'].includes(verb)) return undefined;
  if (verb === 'install' || verb === 'i') {
    const unknown = rest.find((name) => !packages.has(name) && !INSTALLABLE.has(name.replace(/(?<=.)@\d+$/, '')));
    return unknown === undefined ? undefined : `there is no package ${unknown}`;
  }
  const script = verb === 'run' ? rest[0] : verb;
  return script !== undefined && manifest(folder).scripts?.[script] !== undefined
    ? undefined
    : `${folder}/package.json has no script ${script}`;
}

const helps = new Map<string, string>();

function help(verbs: readonly string[]): string {
  const key = verbs.join(' ');
  const known = helps.get(key) ?? execFileSync(process.execPath, [CLI, ...verbs, '--help'], { encoding: 'utf8' });
  helps.set(key, known);
  return known;
}

function cliFault(args: readonly string[]): string | undefined {
  const verbs: string[] = [];
  for (const arg of args) {
    if (!help(verbs).match(/^Commands:$/m)) break;
    if (arg.startsWith('-')) break;
    if (!new RegExp(`^  ${arg}(?: |$)`, 'm').test(help(verbs))) return `the command line has no verb ${arg}`;
    verbs.push(arg);
  }
  const text = help(verbs);
  const unknown = args.filter((arg) => /^--?[a-z]/.test(arg)).find((arg) => !text.includes(arg.split('=')[0] ?? arg));
  return unknown === undefined ? undefined : `videocloud-webhooks ${verbs.join(' ')} has no option ${unknown}`;
}

/** `npm run …` in the prose of a page that no package.json there or at the root has. */
export function scriptFaults(file: string, text: string): string[] {
  const folders = file.includes('/') ? [dirname(file), '.'] : ['.'];
  return [...text.matchAll(/`npm run (?:-s )?([\w:-]+)/g)].flatMap(([, script = '']) =>
    folders.some((folder) => manifest(folder).scripts?.[script] !== undefined)
      ? []
      : [`${file}: there is no script ${script}`],
  );
}
