// Where a route goes in files whose app is no statement of its own.
import { declaratorsOf, type Expression, type Insertion, namesOf, type Source, type Statement } from '../source.js';

type ObjectLiteral = Extract<Expression, { type: 'ObjectExpression' }>;

/** Behind `new Elysia()`, wherever its chain ends; undefined unless there is exactly one such statement. */
export function placeInElysia(source: Source, [line = '', ...more]: readonly string[]): Insertion | undefined {
  const names = namesOf(source, 'elysia');
  const ends = source.body.flatMap(expressionsOf).flatMap((expression) => {
    const root = rootOf(expression);
    const makes = root.type === 'NewExpression' && root.callee.type === 'Identifier' && names.has(root.callee.name);
    return makes && root.end != null ? [root.end] : [];
  });
  const [end] = ends;
  return end === undefined || ends.length > 1
    ? undefined
    : { offset: end, text: [line, ...more].map((text) => `\n  ${text}`).join('') };
}

/** Among the routes that the one `Bun.serve({ … })` of a file is given. */
export function placeInBun(source: Source, [line = '']: readonly string[]): Insertion | undefined {
  const [options, ...others] = serversOf(source);
  if (options?.start == null || others.length > 0) return undefined;
  const routes = options.properties.find(
    (one) => 'key' in one && one.key.type === 'Identifier' && one.key.name === 'routes',
  );
  if (routes === undefined) return { offset: options.start + 1, text: `\n  routes: { ${line.replace(/,$/, '')} },` };
  const isLiteral = routes.type === 'ObjectProperty' && routes.value.type === 'ObjectExpression';
  return isLiteral && routes.value.start != null
    ? { offset: routes.value.start + 1, text: `\n    ${line}` }
    : undefined;
}

/** Whether a file calls `Bun.serve`, or what it imports as `serve` from `bun`. */
export const servesBun = (source: Source): boolean =>
  /\bBun\.serve\s*\(/.test(source.text) || namesOf(source, 'bun').has('serve');

function serversOf(source: Source): ObjectLiteral[] {
  const names = namesOf(source, 'bun');
  return source.body.flatMap(expressionsOf).flatMap((expression) => {
    if (expression.type !== 'CallExpression') return [];
    const { callee } = expression;
    const [options] = expression.arguments;
    const isServe =
      callee.type === 'MemberExpression'
        ? isNamed(callee.object, 'Bun') && isNamed(callee.property, 'serve')
        : isNamed(callee, 'serve') && names.has('serve');
    return isServe && options?.type === 'ObjectExpression' ? [options] : [];
  });
}

/** At the end of the list that `app/routes.ts` exports. */
export function placeInRoutes({ body }: Source, [line = '']: readonly string[]): Insertion | undefined {
  const [list, ...others] = body.flatMap((node) =>
    node.type === 'ExportDefaultDeclaration' ? expressionsOf(node).map(plain) : [],
  );
  if (list?.type !== 'ArrayExpression' || list.start == null || others.length > 0) return undefined;
  const end = list.elements.at(-1)?.end;
  const entry = line.replace(/,$/, '');
  return end == null ? { offset: list.start + 1, text: entry } : { offset: end, text: `, ${entry}` };
}

const isNamed = (node: { type: string; name?: unknown }, name: string) =>
  node.type === 'Identifier' && node.name === name;

/** What a statement at the top of a file computes. */
function expressionsOf(node: Statement): Expression[] {
  if (node.type === 'ExpressionStatement') return [plain(node.expression)];
  if (node.type === 'ExportDefaultDeclaration')
    return /Declaration$/.test(node.declaration.type) ? [] : [plain(node.declaration as Expression)];
  return declaratorsOf(node).flatMap(({ init }) => (init == null ? [] : [plain(init)]));
}

/** An expression without `await`, `satisfies` and `as`. */
function plain(expression: Expression): Expression {
  if (expression.type === 'AwaitExpression') return plain(expression.argument);
  return expression.type === 'TSSatisfiesExpression' || expression.type === 'TSAsExpression'
    ? plain(expression.expression)
    : expression;
}

/** What a chain of calls begins with. */
function rootOf(expression: Expression): Expression {
  if (expression.type === 'CallExpression' && expression.callee.type !== 'V8IntrinsicIdentifier')
    return expression.callee.type === 'Import' || expression.callee.type === 'Super'
      ? expression
      : rootOf(expression.callee);
  return expression.type === 'MemberExpression' && expression.object.type !== 'Super'
    ? rootOf(expression.object)
    : expression;
}
