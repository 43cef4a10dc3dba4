import { existsSync, readFileSync } from 'node:fs';
import { type PageAsset, type PageAssets, pageAsset } from '@videocloud/local-web/page-server';

// Beside the built module; from source, as in tests, where the build put it.
const FOLDERS = ['./page/', '../../dist/page/'];

let loaded: PageAssets | undefined;

/** Script and style sheet of the page; throws Error when the package was not built. */
export function assets(): PageAssets {
  loaded ??= { script: read('main.js', 'text/javascript'), style: read('main.css', 'text/css') };
  return loaded;
}

function read(name: string, type: string): PageAsset {
  const file = FOLDERS.map((folder) => new URL(`${folder}${name}`, import.meta.url)).find((url) => existsSync(url));
  if (file === undefined) throw new Error(`The inspector's ${name} is not built: run \`npm run build\` first`);
  return pageAsset(name, type, Uint8Array.from(readFileSync(file)));
}
