// The cases of the package's own tests, made once on this Node and sent to every runtime as they are.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { pack, portable } from './suite/wire-format.js';

const tests = fileURLToPath(new URL('../../packages/webhooks/test/', import.meta.url));

/** @param {string} path a test helper in TypeScript, below `packages/webhooks/test` */
export async function load(path) {
  const outfile = `${tests}../../../tests/runtimes/build/${path.replace(/\W/g, '-')}.mjs`;
  await build({
    entryPoints: [tests + path],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    alias: { '#runtime': `${tests}../src/runtime/node.ts` },
    define: {
      'import.meta.url': JSON.stringify(`file://${tests}support.ts`),
      'import.meta.dirname': JSON.stringify(tests.slice(0, -1)),
    },
    logLevel: 'error',
  });
  return import(outfile);
}

export async function collect() {
  const { CASES, TOLERATED, hmac } = await load('adapters/cases.ts');
  const { BODIES, SECRETS, SIGNATURES, PAIRS } = await load('doctor/cases.ts');
  const { VECTORS, malformedHeaders, MISSING_HEADERS } = await load('support.ts');
  const bodies = Object.fromEntries(
    readdirSync(`${tests}fixtures/bodies`).map((name) => [
      name,
      new Uint8Array(readFileSync(`${tests}fixtures/bodies/${name}`)),
    ]),
  );
  const headers = [...malformedHeaders(VECTORS[0].signature), ...MISSING_HEADERS].filter(portable);
  const tolerated = TOLERATED.map(({ title, body }) => ({
    title,
    body,
    headers: { 'x-videocloud-signature': hmac(body) },
  }));
  const contract = [...Object.values(CASES).flat(), ...tolerated].map(({ title, body, headers }) => ({
    title,
    body,
    headers,
  }));
  const doctorCases = [...BODIES, ...SECRETS, ...SIGNATURES, ...PAIRS].map(({ name, input }) => ({ name, input }));
  const strange = doctorCases.filter((one) => !portable(one));
  if (strange.length > 0) throw new Error(`wire-format.js cannot carry ${strange.map(({ name }) => name).join(', ')}`);
  return pack({ vectors: VECTORS, bodies, headers, contract, doctorCases });
}
