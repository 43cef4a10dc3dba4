// What init writes is what the page of the framework shows.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Folder } from '../../src/commands/init/folder.js';
import { FRAMEWORKS } from '../../src/commands/init/frameworks/list.js';
import type { Framework } from '../../src/commands/init/frameworks/types.js';
import { parseManifest } from '../../src/commands/init/manifest.js';
import { readTemplate } from '../../src/read-template.js';
import { makeProject } from './project.js';

const read = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');
const pageOf = ({ page }: Framework) => read(`docs/receive/${page}.md`);

/** Types that the page takes from the framework, and the template writes out. */
const withoutTypes = (code: string) =>
  code.replaceAll(/: (\{ request: Request \}|ActionFunctionArgs|RequestHandler|APIRoute)(?=\)| =)/g, '');

/** Lines of code, without comments; a trailing comma or semicolon belongs to the place, not to the line. */
const linesOf = (code: string) =>
  code
    .split('\n')
    .map((line) =>
      line
        .replace(/ ?\/\/ .*$/, '')
        .trim()
        .replace(/[,;]$/, ''),
    )
    .filter((line) => line !== '');

const mounts = FRAMEWORKS.flatMap((framework) =>
  framework.mount === undefined || framework.name === 'nestjs' ? [] : [[framework.title, framework] as const],
);
it.each(mounts)('the page of %s has the lines of the route', (_, framework) => {
  const page = pageOf(framework);
  // The page names its own files; what the route is made of is the same.
  for (const line of linesOf(framework.mount?.line('app') ?? '')) expect(page).toContain(line);
  for (const [names, from] of framework.mount?.imports ?? []) {
    if (from !== './webhooks') expect(page).toMatch(new RegExp(`import .*${names.slice(2, -2)}.* from '${from}'`));
  }
});

describe('a route of its own file', () => {
  const folder = new Folder(makeProject({ 'package.json': '{}', 'app/x': '', 'routes/x': '' }));
  const manifest = parseManifest('{"dependencies":{"@fastify/autoload":"6"}}', 'package.json');
  const routes = FRAMEWORKS.flatMap((framework) => {
    const route = framework.layout?.(folder, manifest).route;
    // The file of fastify-cli is a plugin around the line above.
    return route === undefined || framework.name === 'fastify' ? [] : [[framework.title, framework, route] as const];
  });

  it.each(routes)('the page of %s has its lines', (_, framework, { template }) => {
    const page = withoutTypes(pageOf(framework));
    const lines = linesOf(withoutTypes(readTemplate(template))).filter((line) => !line.includes('./receiver.js'));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(page).toContain(line);
  });
});

it('the module for NestJS is that of the page, by other names', () => {
  const recipe = read('docs/recipes/nestjs.ts')
    .replace(/^import \{ NestFactory \}.*\n/m, '')
    .replace(/\nexport async function createApp[\s\S]*$/, '')
    .replaceAll(/\bVideos\b/g, 'WebhookHandlers')
    .replace('ready(', 'videoProcessed(')
    .replace('AppModule', 'WebhooksModule');
  expect(readTemplate('nestjs-module')).toBe(recipe);
});
