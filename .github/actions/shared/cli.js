// What both actions do: read inputs, run the command line without a shell, write outputs.
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { env } from 'node:process';

const COMMAND = join(
  env.RUNNER_TEMP ?? '.',
  'videocloud-webhooks/node_modules/@videocloud/webhooks-cli/bin/videocloud-webhooks.js',
);
const MAX_OUTPUT = 16 * 1024 * 1024;

/**
 * An input of the action.
 *
 * @param {string} name in capitals
 */
export function input(name) {
  const value = env[`INPUT_${name}`] ?? '';
  // A line break could begin another output.
  if (/[\r\n\0]/.test(value)) stop(`the input ${shown(name)} must be one line`);
  return value;
}

/** @param {string} name */
export function isOn(name) {
  const value = input(name);
  if (value !== 'true' && value !== 'false') stop(`the input ${shown(name)} must be true or false`);
  return value === 'true';
}

/**
 * An option with its value; nothing when that is empty.
 *
 * @param {string} option
 * @param {string} value
 */
export const given = (option, value) => (value === '' ? [] : [option, value]);

/**
 * Runs the installed command line; its errors go to the log.
 *
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string>>} variables those that are empty are left as the job has them
 */
export function runCli(args, variables) {
  const set = Object.entries(variables).filter(([, value]) => value !== '');
  const result = withoutCommands(() =>
    spawnSync(process.execPath, [COMMAND, ...args], {
      env: { ...env, ...Object.fromEntries(set) },
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
      maxBuffer: MAX_OUTPUT,
    }),
  );
  if (result.error !== undefined) stop(`the command line did not run: ${result.error.message}`);
  return { code: result.status ?? 3, output: result.stdout };
}

/**
 * A package that was installed with the command line.
 *
 * @param {string} name
 */
export const fromPackage = (name) => createRequire(COMMAND)(name);

/**
 * Whatever is printed meanwhile is text: an endpoint or server could send lines that the runner takes for commands.
 *
 * @template T
 * @param {() => T} print
 * @returns {T}
 */
export function withoutCommands(print) {
  const token = randomUUID();
  process.stdout.write(`::stop-commands::${token}\n`);
  try {
    return print();
  } finally {
    process.stdout.write(`\n::${token}::\n`);
  }
}

/**
 * @param {string} name
 * @param {unknown} value one line
 */
export function setOutput(name, value) {
  if (env.GITHUB_OUTPUT) appendFileSync(env.GITHUB_OUTPUT, `${name}=${value}\n`);
}

/** @param {string} markdown */
export function addSummary(markdown) {
  if (env.GITHUB_STEP_SUMMARY) appendFileSync(env.GITHUB_STEP_SUMMARY, `${markdown}\n`);
}

/** @param {number} code */
export function fail(code) {
  process.exit(code);
}

/** @param {string} message */
function stop(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(2);
}

/** @param {string} name */
const shown = (name) => name.toLowerCase().replaceAll('_', '-');
