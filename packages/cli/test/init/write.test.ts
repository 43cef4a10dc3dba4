import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BIN, start } from '../harness.js';
import { contentsOf, EXPRESS_JS, expressApp, init, makeProject, planOf, root } from './project.js';

const NEW = ['.env.example', 'webhooks.js', 'webhooks.test.js'];

describe('init', () => {
  it('adds files, and lines to files; all else stays as it was', async () => {
    const dir = makeProject(expressApp({ 'README.md': 'mine' }), 'магазин в два слова');
    const before = contentsOf(dir);
    const { code, err } = await init([dir, '--yes']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const after = contentsOf(dir);
    expect(Object.keys(after).sort()).toEqual([...Object.keys(before), ...NEW].sort());
    expect(after['README.md']).toBe(before['README.md']);
    expect(readFileSync(join(dir, 'app.js'), 'utf8')).toBe(`const express = require('express');
const { webhookHandler } = require('@videocloud/webhooks/express');
const { receiver } = require('./webhooks');

const app = express();
app.post('/webhooks', webhookHandler(receiver)); // before express.json()
app.use(express.json());
module.exports = app;
`);
    expect(JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')).scripts).toEqual({ test: 'node --test' });
  });

  it('shows every line before it writes, and what to type next', async () => {
    const { out } = await init([makeProject(expressApp()), '--yes']);
    expect(out).toContain("  + app.post('/webhooks', webhookHandler(receiver)); // before express.json()\n");
    expect(out).toContain('new file webhooks.js\n');
    expect(out).toContain('change app.js\n');
    expect(out).toMatch(/\nWrote webhooks\.js, .*\.\nNext:\n {2}npm install @videocloud\/webhooks\n {2}npm test\n/);
    expect(out).toContain('put VIDEOCLOUD_WEBHOOK_SECRET=… into .env, which is not committed (add .env to .gitignore)');
    expect(out).toContain('npx @videocloud/webhooks-cli trigger video.processed http://localhost:3000/webhooks');
    expect(out).not.toContain('\u001b');
  });

  it('says how to start a file that listens, and sends to its port', async () => {
    const app = expressApp({ 'app.js': EXPRESS_JS.replace('module.exports = app;', 'app.listen(3002);') });
    const { next } = await planOf(makeProject(app));
    expect(next.start).toBe('node --env-file=.env app.js');
    expect(next.trigger).toContain(' http://localhost:3002/webhooks --secret-file .env');
    expect((await planOf(makeProject(expressApp()))).next.start).toBeUndefined();
  });

  it('a second run changes nothing and says so, also when the files were edited since', async () => {
    const dir = makeProject(expressApp());
    await init([dir, '--yes']);
    const edited = readFileSync(join(dir, 'webhooks.js'), 'utf8').replace('is ready', 'is here');
    writeFileSync(join(dir, 'webhooks.js'), edited);
    const before = contentsOf(dir);
    const { code, out } = await init([dir]);
    expect(code).toBe(0);
    expect(out).toContain('Nothing to do: the route is set up already.');
    expect(contentsOf(dir)).toEqual(before);
  });

  it('--dry-run writes nothing, as JSON too', async () => {
    const dir = makeProject(expressApp());
    const before = contentsOf(dir);
    expect((await init([dir, '--dry-run'])).out).toContain('Nothing was written (--dry-run).');
    expect(await planOf(dir)).toMatchObject({ written: false, changes: expect.arrayContaining([]) });
    expect(contentsOf(dir)).toEqual(before);
  });

  it('without a terminal and without --yes it shows, refuses and writes nothing', async () => {
    const dir = makeProject(expressApp());
    const before = contentsOf(dir);
    const { code, err } = await init([dir]);
    expect({ code, err }).toEqual({
      code: 2,
      err: 'error: nothing was written: without a terminal to ask on, say --yes to write or --dry-run to look\n',
    });
    expect(contentsOf(dir)).toEqual(before);
  });

  it.each([
    ['y', 0, true],
    ['n', 0, false],
    ['\u0003', 130, false],
  ])('on a terminal it asks: %j', async (answer, code, written) => {
    const dir = makeProject(expressApp());
    const asking = start(['init', dir], { pty: true, open: true });
    await asking.said(/Write these 5 files\?/);
    asking.type(answer === '\u0003' ? answer : `${answer}\r`);
    const done = await asking.done;
    expect(done.code).toBe(code);
    expect(Object.keys(contentsOf(dir)).includes('webhooks.js')).toBe(written);
    if (!written && code === 0) expect(done.out).toContain('Nothing was written.');
  });
});

describe('what exists is never overwritten', () => {
  it('a file of the same name with other content is named', async () => {
    const dir = makeProject(expressApp({ 'webhooks.js': 'module.exports = "mine";\n' }));
    const before = contentsOf(dir);
    const { code, err } = await init([dir, '--yes']);
    expect(code).toBe(2);
    expect(err).toBe(
      'error: webhooks.js exists with other content, and init overwrites nothing: rename it, or follow the page of Express by hand\n',
    );
    expect(contentsOf(dir)).toEqual(before);
  });

  it('a link that leads nowhere counts as a file', async () => {
    const dir = makeProject(expressApp());
    symlinkSync('/nowhere/at/all', join(dir, 'webhooks.js'));
    expect((await init([dir, '--yes'])).err).toMatch(/^error: webhooks\.js exists with other content/);
  });

  it('.env.example gets one line more', async () => {
    const dir = makeProject(expressApp({ '.env.example': 'PORT=3000' }));
    await init([dir, '--yes']);
    expect(readFileSync(join(dir, '.env.example'), 'utf8')).toBe('PORT=3000\nVIDEOCLOUD_WEBHOOK_SECRET=\n');
  });

  it.each([
    [
      'tabs, Windows lines',
      '{\r\n\t"scripts": {\r\n\t\t"start": "node ."\r\n\t}\r\n}\r\n',
      '{\r\n\t"scripts": {\r\n\t\t"start": "node .",\r\n\t\t"test": "node --test"\r\n\t}\r\n}\r\n',
    ],
    [
      'no scripts',
      '{\n    "name": "x"\n}',
      '{\n    "name": "x",\n    "scripts": {\n        "test": "node --test"\n    }\n}',
    ],
    ['empty scripts', '{\n  "scripts": {}\n}\n', '{\n  "scripts": {\n    "test": "node --test"\n  }\n}\n'],
    [
      "npm's placeholder",
      '{\n  "scripts": {\n    "test": "echo \\"Error: no test specified\\" && exit 1"\n  }\n}\n',
      '{\n  "scripts": {\n    "test": "node --test"\n  }\n}\n',
    ],
    [
      'a byte order mark',
      '\ufeff{\n  "scripts": {}\n}\n',
      '\ufeff{\n  "scripts": {\n    "test": "node --test"\n  }\n}\n',
    ],
  ])('package.json keeps its look: %s', async (_, text, expected) => {
    const dir = makeProject({ ...expressApp(), 'package.json': text });
    await init([dir, '--yes', '--framework', 'express']);
    expect(readFileSync(join(dir, 'package.json'), 'utf8')).toBe(expected);
  });

  it.each<[string, string]>([
    [
      'a route of that name',
      "const express = require('express');\nconst app = express();\napp.post('/webhooks', mine);\n",
    ],
    ['a variable of that name', "const express = require('express');\nconst receiver = 1;\nconst app = express();\n"],
    ['two apps', "const express = require('express');\nconst app = express();\nconst other = express();\n"],
    [
      'an app in a function',
      "const express = require('express');\nexports.make = () => { const app = express(); return app; };\n",
    ],
    [
      'two statements on a line',
      "const express = require('express');\nconst app = express(); app.use(express.json());\n",
    ],
    ['text that is not JavaScript', "const express = require('express');\nconst app = express(;\n"],
    [
      'a comment and a text that look like it',
      '// const app = express();\nconst text = `\nconst app = express();\n`;\n',
    ],
  ])('an entry with no certain place is left alone, and the lines are printed: %s', async (_, source) => {
    const dir = makeProject({ ...expressApp(), 'app.js': source });
    const { code, out } = await init([dir, '--yes']);
    expect(code).toBe(0);
    expect(readFileSync(join(dir, 'app.js'), 'utf8')).toBe(source);
    expect(out).toMatch(
      /by hand in .*, behind the statement that makes the app, in front of app\.use\(express\.json\(\)\):\n {2}const \{ webhookHandler \}/,
    );
    expect(out).toContain("  app.post('/webhooks', webhookHandler(receiver)); // before express.json()\n");
  });

  it.each([
    ['imports: [],', 'imports: [WebhooksModule],'],
    ['imports: [Other],', 'imports: [Other, WebhooksModule],'],
    [
      'imports: [\n    Other,\n    Another.forRoot({}),\n  ],',
      'imports: [\n    Other,\n    Another.forRoot({}), WebhooksModule,\n  ],',
    ],
    ['providers: [],', 'imports: [WebhooksModule],\n  providers: [],'],
    ['imports: modules,', undefined],
  ])('the module of a NestJS app gets one more: %j', async (held, expected) => {
    const source = `import { Module } from '@nestjs/common';\n\n@Module({\n  ${held}\n})\nexport class AppModule {}\n`;
    const dir = makeProject({
      'package.json': { dependencies: { '@nestjs/core': '11' } },
      'tsconfig.json': '{}',
      'src/app.module.ts': source,
    });
    const { code, out } = await init([dir, '--yes']);
    expect(code).toBe(0);
    const line = "import { WebhooksModule } from './webhooks/webhooks.module';\n";
    const edited = source.replace('\n\n', `\n${line}\n`).replace(held, expected ?? '');
    expect(readFileSync(join(dir, 'src/app.module.ts'), 'utf8')).toBe(expected === undefined ? source : edited);
    expect(out.includes('among the imports of @Module')).toBe(expected === undefined);
    const before = contentsOf(dir);
    await init([dir, '--yes']);
    expect(contentsOf(dir)).toEqual(before);
  });

  it('an entry that is a link is left alone', async () => {
    const dir = makeProject({ ...expressApp(), 'real.js': expressApp()['app.js'] ?? '' });
    rmSync(join(dir, 'app.js'));
    symlinkSync('real.js', join(dir, 'app.js'));
    const before = readFileSync(join(dir, 'real.js'), 'utf8');
    const { out } = await init([dir, '--yes']);
    expect(readFileSync(join(dir, 'real.js'), 'utf8')).toBe(before);
    expect(out).toContain('by hand in app.js');
  });
});

describe('what cannot be written leaves the folder as it was', () => {
  const nextApp = { 'package.json': { dependencies: { next: '16' } }, 'app/layout.js': '' };

  it('a folder that may not be written', async () => {
    const dir = makeProject(expressApp());
    const before = contentsOf(dir);
    // Root may write everywhere: the command runs as a user who may not.
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    chmodSync(root, 0o755);
    chmodSync(dir, 0o555);
    const { status, stderr } = spawnSync(process.execPath, [BIN, 'init', dir, '--yes'], { encoding: 'utf8', ...user });
    chmodSync(dir, 0o755);
    expect(stderr).toMatch(
      /^error: cannot write webhooks\.js in .*: you may not write there: change the permissions of the folder\. Nothing was written\n$/,
    );
    expect(status).toBe(1);
    expect(contentsOf(dir)).toEqual(before);
  });

  it.each<[string, (dir: string) => void, RegExp]>([
    [
      'a file where a folder should be',
      (dir) => writeFileSync(join(dir, 'app/webhooks'), ''),
      /^error: cannot write app\/webhooks\/receiver\.js: app\/webhooks is not a folder$/,
    ],
    [
      'a link out of the project',
      (dir) => symlinkSync(root, join(dir, 'app/webhooks')),
      /^error: cannot write .*: app\/webhooks is a link that leads out of \//,
    ],
    [
      'a link that leads nowhere',
      (dir) => symlinkSync('nowhere', join(dir, 'app/webhooks')),
      /app\/webhooks is not a folder$/,
    ],
  ])('%s', async (_, obstruct, message) => {
    const dir = makeProject(nextApp);
    obstruct(dir);
    const before = contentsOf(dir);
    const { code, err } = await init([dir, '--yes']);
    expect(code).toBe(2);
    expect(err.trimEnd()).toMatch(message);
    expect(contentsOf(dir)).toEqual(before);
  });

  it('a link that stays in the project is followed', async () => {
    const dir = makeProject(nextApp);
    mkdirSync(join(dir, 'elsewhere'));
    symlinkSync('../elsewhere', join(dir, 'app/webhooks'));
    expect((await init([dir, '--yes'])).code).toBe(0);
    expect(Object.keys(contentsOf(dir))).toContain('elsewhere/route.js');
  });
});
