import { parseExpression } from '@babel/parser';
import { reasonOf, usage } from '../../failure.js';
import { type Manifest, parseManifest } from './manifest.js';
import type { Expression } from './source.js';

/**
 * What `init` reads of a deno.json, as if it were a package.json: tasks are scripts, imports are dependencies.
 *
 * @throws Failure (2) when the text is no JSON with comments
 */
export function parseDenoConfig(text: string, file: string): Manifest {
  let value: unknown;
  try {
    value = plainValue(parseExpression(text.replace(/^\ufeff/, '')));
  } catch (error) {
    throw usage(`${file} is not JSON (${reasonOf(error)}): mend it first`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw usage(`${file} must hold a JSON object: mend it first`);
  const { name, tasks, imports, workspace } = value as Record<string, unknown>;
  const manifest = { name, type: 'module', scripts: tasks, dependencies: imports, workspaces: workspace };
  return { ...parseManifest(JSON.stringify(manifest), file), text };
}

function plainValue(node: Expression): unknown {
  if (node.type === 'ArrayExpression')
    return node.elements.map((one) => (one === null || one.type === 'SpreadElement' ? undefined : plainValue(one)));
  if (node.type === 'ObjectExpression') {
    const members = node.properties.flatMap((one) =>
      one.type === 'ObjectProperty' && one.key.type === 'StringLiteral'
        ? [[one.key.value, plainValue(one.value as Expression)] as const]
        : [],
    );
    return Object.fromEntries(members);
  }
  return 'value' in node ? node.value : undefined;
}
