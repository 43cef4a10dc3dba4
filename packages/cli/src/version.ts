import { readFileSync } from 'node:fs';

const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** The version of this package. */
export const version: string =
  typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0.0.0';

/** The address of a page of the documentation; undefined in a build that does not know its repository. */
export const pageOf = (page: string): string | undefined => pageIn(manifest, page);

/** `pageOf` for a package.json, into which the release writes where the package comes from. */
export function pageIn(published: unknown, page: string): string | undefined {
  const repository =
    typeof published === 'object' && published !== null && 'repository' in published ? published.repository : undefined;
  const url = typeof repository === 'object' && repository !== null && 'url' in repository ? repository.url : undefined;
  const [, address] = /^git\+(https:\/\/.+)\.git$/.exec(String(url)) ?? [];
  return address === undefined ? undefined : `${address}/blob/HEAD/docs/${page}.md`;
}
