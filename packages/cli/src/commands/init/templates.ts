import { readTemplate } from '../../read-template.js';
import type { Style } from './source.js';

/** How the files of a project are written. */
export interface Code extends Style {
  readonly typed: boolean;
  /** JavaScript with `require`. TypeScript is always written with `import`. */
  readonly commonJs: boolean;
}

/** The files in `templates`, compiled and run by the tests as they are. */
export type TemplateName =
  | 'receiver'
  | 'receiver-workers'
  | 'test'
  | 'test-workers'
  | 'next-route'
  | 'next-route-14'
  | 'next-pages'
  | 'fastify-route'
  | 'sveltekit-route'
  | 'astro-route'
  | 'nuxt-route'
  | 'react-router-route'
  | 'nestjs-module'
  | 'nestjs-test';

/**
 * A template as a file of the project: its language, kind of module, quotes and semicolons.
 *
 * @param receiver how the file imports the receiver, such as `./webhooks.js`
 * @param change what else to change before the text is restyled
 */
export function render(name: TemplateName, code: Code, receiver: string, change = (text: string) => text): string {
  const template = readTemplate(name);
  return restyle(change(template.replace(/'\.\/(receiver(-workers)?|webhooks\.module)\.js'/, `'${receiver}'`)), code);
}

export function restyle(source: string, code: Code): string {
  let text = source;
  if (!code.typed) text = withoutTypes(text);
  if (!code.typed && code.commonJs) text = toCommonJs(text);
  if (!code.semicolons) text = text.replace(/;(?=\s*(\/\/.*)?$)/gm, '');
  if (code.quote === '"') text = text.replace(/'([^'"\n]*)'/g, '"$1"');
  return text;
}

/** The few types that the templates have. */
function withoutTypes(text: string): string {
  return text
    .replace(/^import type .*\n/gm, '')
    .replace(/^(export )?type .*\n\n?/gm, '')
    .replace('createReceiver<WebhookEnv>(', 'createReceiver(')
    .replace(/: (FastifyInstance|\{ request: Request \})(?=\) )/g, '');
}

function toCommonJs(text: string): string {
  const exported: string[] = [];
  const body = text
    .replace(/^import (\{[^}]*\}|\w+) from ('[^']*');/gm, 'const $1 = require($2);')
    .replace(/^export const (\w+)/gm, (_, name: string) => {
      exported.push(name);
      return `const ${name}`;
    })
    .replace(/^export default /m, 'module.exports = ');
  return exported.length === 0 ? body : `${body}\nmodule.exports = { ${exported.join(', ')} };\n`;
}
