// A TypeDoc plugin: modules are called what a user imports, not where their source is. Types that are generated from
// openapi.yaml are named without their members: they fill pages, and openapi.yaml says the same.
import { readFileSync } from 'node:fs';
import { Converter, ReflectionKind } from 'typedoc';

const GENERATED = ['paths', 'components', 'operations'];
const FOLDERS = /^(?<folder>\w+)\/src(?:\/(?<path>.+))?$/;

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.getChildrenByKind(ReflectionKind.Module)) {
      module.name = imported(module.name);
      for (const type of module.children?.filter(({ name }) => GENERATED.includes(name)) ?? [])
        for (const member of [...(type.children ?? [])]) project.removeReflection(member);
    }
  });
}

/** @param {string} module such as `webhooks/src/adapters/express` */
function imported(module) {
  const { folder, path = '' } = FOLDERS.exec(module)?.groups ?? {};
  if (folder === undefined) throw new Error(`Which entry is ${module}?`);
  const { name, exports } = JSON.parse(
    readFileSync(new URL(`../packages/${folder}/package.json`, import.meta.url), 'utf8'),
  );
  const entry = path.replace(/^(?:adapters|queues)\//, '').replace(/\/?index$/, '');
  const specifier = entry === '' ? '.' : `./${entry}`;
  if (!(specifier in exports)) throw new Error(`${name} does not export ${specifier}, which ${module} seems to be`);
  return entry === '' ? name : `${name}/${entry}`;
}
