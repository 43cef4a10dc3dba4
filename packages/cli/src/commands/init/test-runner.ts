import { type Manifest, testCommand } from './manifest.js';

export type TestRunner = 'vitest' | 'jest' | 'mocha' | 'bun' | 'deno' | 'node';

/** How `npm test` runs tests. */
export interface Testing {
  readonly runner: TestRunner;
  /** The `test` script to add, where there is none. */
  readonly script: string | undefined;
  /** What has to be installed for it. */
  readonly install: readonly string[];
  /** The command of an existing `test` script that is none of these: it may not find the test. */
  readonly unknown: string | undefined;
}

const COMMANDS: readonly (readonly [RegExp, TestRunner])[] = [
  [/\bvitest\b/, 'vitest'],
  [/\b(jest|react-scripts test)\b/, 'jest'],
  [/\bmocha\b/, 'mocha'],
  [/\bbun test\b/, 'bun'],
  [/\bdeno test\b/, 'deno'],
  [/\b(node|tsx|c8|borp)\b.*--test\b|\bborp\b/, 'node'],
];

/**
 * @param compiled whether node cannot run the files as they are: TypeScript, or imports that a bundler resolves
 * @param own the platform's own test runner, where it has one
 */
export function findTesting(manifest: Manifest, compiled: boolean, own?: 'bun' | 'deno'): Testing {
  const command = testCommand(manifest);
  const known = { script: undefined, install: [], unknown: undefined };
  if (command !== undefined) {
    const found = COMMANDS.find(([pattern]) => pattern.test(command));
    return found === undefined ? { ...known, runner: 'node', unknown: command } : { ...known, runner: found[1] };
  }
  const installed = (name: string) => manifest.dependencies.has(name) || manifest.devDependencies.has(name);
  if (installed('vitest')) return { ...known, runner: 'vitest', script: 'vitest run' };
  if (installed('jest')) return { ...known, runner: 'jest', script: 'jest' };
  if (own === 'deno') return { ...known, runner: own };
  if (own === 'bun') return { ...known, runner: own, script: 'bun test' };
  if (compiled) return { ...known, runner: 'vitest', script: 'vitest run', install: ['vitest'] };
  return { ...known, runner: 'node', script: 'node --test' };
}

/**
 * The test, as that runner takes it. The template is written for `node:test`.
 *
 * @param inBrowser whether the project's tests run in an imitation of a browser, where `Request` may be missing
 */
export function forRunner(test: string, runner: TestRunner, inBrowser: boolean): string {
  if (runner === 'node' || runner === 'deno') return test;
  if (runner === 'mocha') return test.replace("{ test } from 'node:test'", "{ it as test } from 'mocha'");
  const expecting = test
    .replace(/^import .* from 'node:.*';\n/gm, '')
    .replace(/assert\.equal\((.*), (\d+)\);/g, 'expect($1).toBe($2);');
  // Its functions are globals in Jest.
  if (runner === 'jest') return inBrowser ? `/** @jest-environment node */\n${expecting}` : expecting;
  const imported = expecting.replace(
    /^import \{ (receiver|WebhooksModule) \}/m,
    `import { expect, test } from '${runner === 'bun' ? 'bun:test' : 'vitest'}';\n$&`,
  );
  return inBrowser && runner === 'vitest' ? `// @vitest-environment node\n${imported}` : imported;
}

/** `.spec` where the project's tests are named so, in Jest's settings or on disk. */
export function testSuffix({ jest }: Manifest, names: readonly string[]): 'spec' | 'test' {
  const count = (suffix: string) =>
    names.filter((name) => new RegExp(`\\.${suffix}\\.[cm]?[jt]sx?$`).test(name)).length;
  return (/spec/.test(jest) && !/\btest\\?\.|\(test|\|test/.test(jest)) || count('spec') > count('test')
    ? 'spec'
    : 'test';
}
