import type { Folder } from '../folder.js';
import type { Manifest } from '../manifest.js';
import type { Layout } from './types.js';

export function nextLayout(folder: Folder, { dependencies }: Manifest): Layout {
  const src = ['app', 'pages'].every((name) => !folder.hasFolder(name)) && folder.hasFolder('src') ? 'src/' : '';
  if (!folder.hasFolder(`${src}app`) && folder.hasFolder(`${src}pages`))
    return { receiver: `${src}webhooks`, route: { path: `${src}pages/api/webhooks`, template: 'next-pages' } };
  // `after` came with 15.1.
  const [major = 99, minor = 99] = (/(\d+)(?:\.(\d+))?/.exec(dependencies.get('next') ?? '') ?? [])
    .slice(1)
    .map(Number);
  const old = major < 15 || (major === 15 && minor < 1);
  return {
    receiver: `${src}app/webhooks/receiver`,
    route: { path: `${src}app/webhooks/route`, template: old ? 'next-route-14' : 'next-route' },
  };
}

/** As fastify-cli makes it: every file in `routes` is loaded. */
export function fastifyLayout(folder: Folder, { dependencies }: Manifest): Layout {
  const base = ['', 'src/'].find((dir) => folder.hasFolder(`${dir}routes`));
  if (!dependencies.has('@fastify/autoload') || base === undefined) return { receiver: '' };
  return { receiver: `${base}webhooks`, route: { path: `${base}routes/webhooks`, template: 'fastify-route' } };
}
