import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../..', import.meta.url));
const guide = join(root, 'tests/support/fixtures/guide');
const run = promisify(execFile);

const document = parse(await readFile(join(root, 'openapi.yaml'), 'utf8'));
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(document, 'openapi');

function validatorAt(...path: string[]) {
  const pointer = path.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
  const validate = ajv.getSchema(`openapi#/${encodeURI(pointer)}`);
  if (validate === undefined) throw new Error(`openapi.yaml has nothing at ${pointer}`);
  return validate;
}
const requestOf = (path: string, method: string) =>
  validatorAt('paths', path, method, 'requestBody', 'content', 'application/json', 'schema');
const responseOf = (path: string, method: string, status: string) =>
  validatorAt('paths', path, method, 'responses', status, 'content', 'application/json', 'schema');
const eventOf = (name: string) =>
  validatorAt('webhooks', name, 'post', 'requestBody', 'content', 'application/json', 'schema');

const schemaOfExample: Record<string, () => ReturnType<typeof validatorAt>> = {
  'create-webhook.request.json': () => requestOf('/webhooks', 'post'),
  'create-webhook.response.json': () => responseOf('/webhooks', 'post', '201'),
  'list-webhooks.response.json': () => responseOf('/webhooks', 'get', '200'),
  'update-webhook.request.json': () => requestOf('/webhooks/{id}', 'put'),
  'list-deliveries.response.json': () => responseOf('/webhooks/{id}/deliveries', 'get', '200'),
  'test-webhook.request.json': () => requestOf('/webhooks/{id}/test', 'post'),
  'test-webhook.response.json': () => responseOf('/webhooks/{id}/test', 'post', '200'),
  'video.uploaded.event.json': () => eventOf('video.uploaded'),
  'video.processed.event.json': () => eventOf('video.processed'),
  'user.registered.event.json': () => eventOf('user.registered'),
  'comment.created.event.json': () => eventOf('comment.created'),
};

describe("the guide's examples", () => {
  it('are all mapped to a schema', async () => {
    expect((await readdir(guide)).sort()).toEqual(Object.keys(schemaOfExample).sort());
  });

  it.each(Object.entries(schemaOfExample))('%s is valid', async (file, schema) => {
    const validate = schema();
    validate(JSON.parse(await readFile(join(guide, file), 'utf8')));
    expect(validate.errors).toBeNull();
  });

  it.each(['video.uploaded', 'video.processed', 'user.registered', 'comment.created'])(
    '%s is the example in openapi.yaml',
    async (name) => {
      const example = document.webhooks[name].post.requestBody.content['application/json'].example;
      expect(example).toEqual(JSON.parse(await readFile(join(guide, `${name}.event.json`), 'utf8')));
    },
  );

  it.each([
    [
      'a misspelled event',
      requestOf('/webhooks', 'post'),
      { url: 'https://a.test/', events: ['video.upload'], secret: 's' },
    ],
    ['no events', requestOf('/webhooks', 'post'), { url: 'https://a.test/', events: [], secret: 's' }],
    [
      'a blank secret',
      requestOf('/webhooks', 'post'),
      { url: 'https://a.test/', events: ['user.created'], secret: ' \t' },
    ],
    [
      'a delivered name in a subscription',
      requestOf('/webhooks', 'post'),
      { url: 'https://a.test/', events: ['user.registered'], secret: 's' },
    ],
    ['an unknown member', requestOf('/webhooks/{id}', 'put'), { event: 'video.uploaded' }],
    ['a status that cannot be set', requestOf('/webhooks/{id}', 'put'), { status: 'failed' }],
    [
      'a payload without its id',
      eventOf('video.uploaded'),
      { event: 'video.uploaded', timestamp: '2024-03-31T12:00:00Z', data: {} },
    ],
    [
      'the name of another event',
      eventOf('video.deleted'),
      { event: 'video.updated', timestamp: '2024-03-31T12:00:00Z', data: {} },
    ],
    [
      'a timestamp without zone',
      eventOf('video.deleted'),
      { event: 'video.deleted', timestamp: '2024-03-31T12:00:00', data: {} },
    ],
  ])('%s is not valid', (_, validate, value) => {
    expect(validate(value)).toBe(false);
  });
});

describe('webhooks', () => {
  const subscribable = [
    ...['uploaded', 'processed', 'published', 'updated', 'deleted'].map((verb) => `video.${verb}`),
    ...['created', 'updated', 'deleted'].map((verb) => `user.${verb}`),
    ...['view', 'like', 'comment'].map((verb) => `engagement.${verb}`),
    'system.error',
    'system.warning',
  ];

  it('are the 15 delivered names, 13 of them subscribable', () => {
    expect(Object.keys(document.webhooks).sort()).toEqual(
      [...subscribable, 'user.registered', 'comment.created'].sort(),
    );
    expect(document.components.schemas.EventType.enum).toEqual(subscribable);
  });

  it.each(Object.keys(document.webhooks))('%s has a valid example', (name) => {
    const validate = eventOf(name);
    validate(document.webhooks[name].post.requestBody.content['application/json'].example);
    expect(validate.errors).toBeNull();
  });
});

describe('npm run generate -- --check', () => {
  const script = join(root, 'scripts/generate/main.js');
  const generated = ['packages/webhooks/src/generated', 'packages/client/src/generated'];
  let copy: string;
  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'generate-'));
    for (const path of ['openapi.yaml', ...generated])
      await cp(join(root, path), join(copy, path), { recursive: true });
  });
  afterAll(() => rm(copy, { recursive: true, force: true }));

  it('passes on what is committed', async () => {
    await expect(run(process.execPath, [script, '--check'])).resolves.toMatchObject({ stderr: '' });
  });

  it('fails when a generated file was edited, and when the source was', async () => {
    const check = () => run(process.execPath, [script, '--check', '--root', copy]);
    await expect(check()).resolves.toMatchObject({ stderr: '' });

    const catalog = join(copy, 'packages/webhooks/src/generated/catalog.ts');
    const text = await readFile(catalog, 'utf8');
    await writeFile(catalog, text.replace('video.uploaded', 'video.upload'));
    await expect(check()).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('catalog.ts does not match'),
    });
    await rm(catalog);
    await expect(check()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('catalog.ts is missing') });
    await writeFile(catalog, text);

    const source = join(copy, 'openapi.yaml');
    await writeFile(
      source,
      (await readFile(source, 'utf8')).replace('title: { type: string }', 'title: { type: number }'),
    );
    await expect(check()).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('payloads.ts does not match'),
    });
  });

  it('refuses a keyword that the guards cannot compile', async () => {
    const source = join(copy, 'openapi.yaml');
    const text = await readFile(source, 'utf8');
    await writeFile(source, text.replace('email: { type: string }', 'email: { type: string, format: email }'));
    await expect(run(process.execPath, [script, '--check', '--root', copy])).rejects.toMatchObject({
      stderr: expect.stringContaining('"format" is not allowed in a payload schema'),
    });
  });
});

describe('redocly lint', () => {
  const lint = (file: string) =>
    run(
      process.execPath,
      [
        join(root, 'node_modules/@redocly/cli/bin/cli.js'),
        'lint',
        file,
        '--config',
        'docs/redocly.yaml',
        '--format',
        'json',
      ],
      {
        cwd: root,
        env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
      },
    );

  it('finds nothing, with every recommended rule on', async () => {
    const { totals } = JSON.parse((await lint('openapi.yaml')).stdout);
    expect(totals).toEqual({ errors: 0, warnings: 0, ignored: 0 });
    expect(parse(await readFile(join(root, 'docs/redocly.yaml'), 'utf8'))).not.toHaveProperty('rules');
  }, 60_000);
});
