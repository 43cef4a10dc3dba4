import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

/** A file of the page. */
export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The files of the page. */
export interface Assets {
  readonly script: Asset;
  readonly style: Asset;
}

// Beside the built module; from source, as in tests, where the build put it.
const FOLDERS = ['./page/', '../../dist/page/'];

let loaded: Assets | undefined;

/** Script and style sheet of the page; throws Error when the package was not built. */
export function assets(): Assets {
  loaded ??= { script: read('main.js', 'text/javascript'), style: read('main.css', 'text/css') };
  return loaded;
}

function read(name: string, type: string): Asset {
  const file = FOLDERS.map((folder) => new URL(`${folder}${name}`, import.meta.url)).find((url) => existsSync(url));
  if (file === undefined) throw new Error(`The inspector's ${name} is not built: run \`npm run build\` first`);
  const bytes = Uint8Array.from(readFileSync(file));
  // A name of its own for each content: the browser may keep it for good.
  const tag = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  return { path: `/assets/${tag}/${name}`, type: `${type}; charset=utf-8`, bytes };
}
