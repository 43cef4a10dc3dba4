import { describe, expect, it } from 'vitest';
import { cli, path, put, SECRET_FILE } from './harness.js';

// What `npm install --omit=optional` leaves: libsql without the binary of any platform.
const without = put(
  'without-libsql.cjs',
  `const Module = require('node:module');
const load = Module._load;
Module._load = function (request, ...more) {
  if (request.startsWith('@libsql/')) {
    throw Object.assign(new Error("Cannot find module '" + request + "'\\nRequire stack:\\n- libsql"), { code: 'MODULE_NOT_FOUND' });
  }
  return load.call(this, request, ...more);
};`,
);
const env = { NODE_OPTIONS: `--require ${without}` };

describe('without SQLite’s native part', () => {
  const body = put('native.json', '{}');
  it.each([
    [['--help']],
    [['--version']],
    [['types']],
    [['types', 'video.uploaded', '--sample']],
    [['listen', '--help']],
    [['dev', '--help']],
    [['subscriptions', '--help']],
    [['inbox', 'stats', '--help']],
    [['completion', 'bash']],
    [['sign', body, '--secret-file', SECRET_FILE]],
  ])('%j works', async (args) => {
    expect(await cli(args, { env, unrecorded: true })).toMatchObject({ code: 0 });
  });

  it.each([
    ['listen', ['listen', '--port', '0', '--log', path('native.db')]],
    ['dev', ['dev', '--port', '0']],
    ['inbox', ['inbox', 'stats', '--inbox', `file:${path('native.db')}`]],
  ])('%s ends with one line that names the fix', async (verb, args) => {
    const { code, out, err } = await cli(args, { env });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(new RegExp(`^error: \`${verb}\` needs SQLite, .*install again without --omit=optional.*\\n$`));
  });
});
