// `npm run long -- bench:peers`: this package compared with its peers in one run, written to RESULTS.md and results.svg.
// On a noisy machine only ratios within one run mean anything; ROUNDS, REQUESTS and IMPORTS make it longer or shorter.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { loadServers } from './load.js';
import { compare } from './measure.js';
import { CONSTRUCT, DELIVERIES, deliveries, PACKAGES, VERIFY } from './peers.js';
import { plot } from './plot.js';
import { bundleSize, coldImports, installSize } from './sizes.js';

const { ROUNDS = 7, REQUESTS = 4_000, IMPORTS = 11 } = process.env;
const OURS = 'videocloud (ours)';
const names = Object.keys(PACKAGES);

console.log('verify');
const verify = await compare(VERIFY);
console.log('verify and parse');
const construct = await compare(
  Object.fromEntries(
    names.map((name) => {
      const { body, headers } = DELIVERIES[name];
      const bytes = Buffer.from(body);
      return [name, () => CONSTRUCT[name](bytes, headers)];
    }),
  ),
);
console.log('middlewares');
const middleware = await loadServers('peers-server.js', names, (name) => deliveries()[name], {
  rounds: Number(ROUNDS),
  amount: Number(REQUESTS),
});
console.log('imports');
const imports = coldImports(
  Object.fromEntries(names.map((name) => [name, PACKAGES[name][2] ?? PACKAGES[name][0]])),
  Number(IMPORTS),
);
console.log('sizes');
const bundle = {};
const install = {};
for (const name of names) {
  bundle[name] = await bundleSize(PACKAGES[name][1]);
  install[name] = installSize(PACKAGES[name][0]);
}

const pick = (record, of) => Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value)]));
const PANELS = [
  { title: 'Verify', unit: 'µs', values: verify, digits: 2 },
  { title: 'Verify and parse', unit: 'µs', values: construct, digits: 2 },
  {
    title: 'Express middleware, server CPU',
    unit: 'µs/request',
    values: pick(middleware, ({ cpu }) => cpu),
    digits: 0,
  },
  { title: 'Cold import, CPU', unit: 'ms', values: imports, digits: 1 },
  { title: 'Bundle, minified and gzipped', unit: 'KiB', values: pick(bundle, (bytes) => bytes / 1_024), digits: 1 },
  { title: 'Install', unit: 'MiB', values: pick(install, ({ bytes }) => bytes / 1_048_576), digits: 2 },
];

const cell = (value, digits, base) =>
  value === undefined ? '—' : `${value.toFixed(digits)} (${(value / base).toFixed(2)} ×)`;
const row = (cells) => `| ${cells.join(' | ')} |`;
const version = (name) => {
  const base = name === '@videocloud/webhooks' ? '../packages/webhooks' : `node_modules/${name}`;
  return JSON.parse(readFileSync(new URL(`${base}/package.json`, import.meta.url), 'utf8')).version;
};
const heads = ['', ...PANELS.map(({ title, unit }) => `${title}, ${unit}`)];
const rows = names.map((name) => [
  name === OURS ? `**${name}**` : name,
  ...PANELS.map(({ values, digits }) => cell(values[name], digits, values[OURS])),
]);
const servers = names.map((name) => [
  name === OURS ? `**${name}**` : name,
  String(Math.round(middleware[name].rate)),
  middleware[name].cpu.toFixed(0),
  String(install[name].packages),
  `\`${PACKAGES[name][0]}\` ${version(PACKAGES[name][0])}`,
]);
const rule = (columns) => row(['---', ...Array(columns - 1).fill('--:')]);
const { length: bytes } = Buffer.from(DELIVERIES[OURS].body);

writeFileSync(
  new URL('RESULTS.md', import.meta.url),
  `# Benchmarks

Written by \`npm run long -- bench:peers\` on ${new Date().toISOString().slice(0, 10)}: Node ${process.versions.node}, ${cpus()[0]?.model.trim()},
${cpus().length} cores shared with other work. One run, everybody interleaved, medians; in brackets the multiple of ours.
Only these ratios mean anything.

![The six tables as bars](results.svg)

${[row(heads), rule(heads.length), ...rows.map(row)].join('\n')}

${[row(['Express', 'requests/s', 'CPU µs/request', 'packages installed', 'version']), rule(5), ...servers.map(row)].join('\n')}

- The same event of ${bytes} bytes for all but Polar, whose function checks an event of its own (${Buffer.byteLength(DELIVERIES.polar.body)} bytes).
- Verify: the signature alone; svix, standardwebhooks and Polar have no such call. Verify and parse: from raw bytes to an
  event. What LINE and octokit leave to their user there, \`JSON.parse\`, is included. Stripe, svix, standardwebhooks, mux
  and Polar also check a signed timestamp, which VideoCloud does not send; ours also checks UTF-8 and the envelope, Polar
  its payload by schema.
- Middleware: ours and LINE's own; for the others \`express.raw\` and their function, as their documentation says. Load by
  autocannon over 16 connections on the same machine: requests/s is its limit as much as the server's; CPU is the server's alone.
- Cold import: CPU until the package is imported in a fresh process. Bundle: what esbuild takes in to verify on Node.
  Install: unpacked size with all dependencies.
`,
);
writeFileSync(new URL('results.svg', import.meta.url), plot(PANELS, names, OURS));
console.log([heads, ...rows].map((cells) => cells.join('  ')).join('\n'));
console.log('written: bench/RESULTS.md, bench/results.svg');
