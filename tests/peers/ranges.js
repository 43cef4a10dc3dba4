// A peer range of ours begins and ends where these tests do: npm refuses a version outside it, even of an optional peer.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const read = (/** @type {string} */ path) => JSON.parse(readFileSync(path, 'utf8'));
const majorOf = (/** @type {string} */ version) => Number(version.split('.')[0]);

/**
 * @param {{ name: string }[]} peers
 * @returns {string[]} ranges that claim more, or less, than is tested
 */
export function rangeFaults(peers) {
  /** @type {Map<string, Set<number>>} */
  const tested = new Map();
  for (const { name } of peers) {
    const { packages } = read(`${repository}tests/peers/${name}/package-lock.json`);
    for (const one of Object.keys(packages['']?.dependencies ?? {})) {
      const majors = tested.get(one) ?? new Set();
      tested.set(one, majors.add(majorOf(packages[`node_modules/${one}`].version)));
    }
  }
  return readdirSync(`${repository}packages`).flatMap((folder) => {
    const { name, peerDependencies = {} } = read(`${repository}packages/${folder}/package.json`);
    return Object.entries(peerDependencies).flatMap(([peer, range]) => {
      const majors = tested.get(peer) ?? new Set();
      const [, from, to] = /^>=(\d+)[\d.]* <(\d+)$/.exec(range) ?? [];
      const good = majors.has(Number(from)) && Math.max(...majors) + 1 === Number(to);
      return good
        ? []
        : [`${name}: "${peer}": "${range}", but the majors ${[...majors].join(', ') || '(none)'} are tested`];
    });
  });
}
