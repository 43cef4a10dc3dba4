import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answering } from '../../../../tests/support/answering.js';
import { BODY, holds, NAME, read, refused, SIGNATURE } from './capture.js';

const single = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
/** As Chrome writes an argument for cmd.exe. */
const chromeCmd = (text: string) =>
  `^"${text
    .replace(/\\/g, '\\\\')
    .replace(/"/g, '\\"')
    .replace(/[^a-zA-Z0-9\s_\-:=+~'/.',?;()*`]/g, '^$&')
    .replace(/%(?=[a-zA-Z0-9_])/g, '%^')
    .replace(/\r?\n/g, '^\n\n')}^"`;
/** As Chrome writes a string for PowerShell. */
const chromePowerShell = (text: string) =>
  `"${text.replace(/[`$"]/g, '`$&').replace(/[^\x20-\x7E]/g, (unit) => `$([char]${unit.charCodeAt(0)})`)}"`;
const octal = (text: string) =>
  `$'${[...Buffer.from(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}'`;

describe('curl of a POSIX shell', () => {
  const header = `-H ${single(`X-VideoCloud-Signature: ${SIGNATURE}`)}`;
  it.each([
    ['single quotes', `curl http://x ${header} --data-raw ${single(BODY)}`],
    ['octal escapes', `curl http://x ${header} --data-binary ${octal(BODY)}`],
    [
      'hexadecimal escapes',
      `curl http://x ${header} -d $'${BODY.replaceAll('M', '\\x4d').replaceAll('\\n', '\\\\n').replaceAll('о', '\\xd0\\xbe')}'`,
    ],
    [
      'Unicode escapes',
      `curl http://x ${header} -d $'${BODY.replaceAll('\\n', '\\\\n').replaceAll('ё', '\\u0451').replaceAll('«', '\\U000000ab')}'`,
    ],
    ['double quotes', `curl http://x \\\n ${header} -d "${BODY.replace(/["\\]/g, '\\$&')}"`],
    ['bundled options', `curl -sSX POST ${header} -sSd ${single(BODY)} http://x`],
    ['options of one word', `curl -XPOST -Hx-VIDEOCLOUD-signature:${SIGNATURE} -d${single(BODY)} http://x`],
    ['equals signs', `curl --header=${single(`${NAME}: ${SIGNATURE}`)} --data-raw=${single(BODY)} http://x`],
    [
      'options that take a value',
      `curl -o /dev/null -m 5 -A me --url-query a=b -u x:y ${header} -d ${single(BODY)} http://x`,
    ],
    ['a prompt, CRLF and a pipe', `$ curl http://x \\\r\n ${header} \\\r\n -d ${single(BODY)} | jq . > out.json\r\n`],
    [
      'a path, sudo and a variable',
      `A=b sudo /usr/bin/curl "$URL" -H "Authorization: $TOKEN" ${header} -d ${single(BODY)}`,
    ],
    [
      'an assembled body',
      `curl http://x ${header} -d ${single(BODY.slice(0, 9))}"${BODY.slice(9, 10).replace('"', '\\"')}"${single(BODY.slice(10))}`,
    ],
    [
      'a pipe of base64',
      `printf %s ${Buffer.from(BODY).toString('base64')} | base64 -d | curl -i ${header} \\\n  --data-binary @- http://x`,
    ],
    ['a pipe of text', `printf '%s' ${single(BODY)} | curl -i ${header} --data-binary @- http://x`],
    ['a UTF-16 file', Buffer.from(`\ufeffcurl http://x ${header} -d ${single(BODY)}`, 'utf16le')],
    ['a byte order mark', `\ufeffcurl http://x ${header} -d ${single(BODY)}`],
    ['two requests, one of them signed', `curl http://x -d a=b ;\ncurl http://x ${header} -d ${single(BODY)}`],
    ['two requests of one command', `curl http://x -d a=b --next http://x ${header} -d ${single(BODY)}`],
  ])('%s', (_name, text) => holds(text));

  it.each([
    ['joined data', 'curl x -d a=1 -d b=2', 'a=1&b=2'],
    ['JSON in two parts', `curl x --json '{"a":' --json '1}'`, '{"a":1}'],
    ['an at sign that is no file', 'curl x --data-raw @file', '@file'],
    ['percent-encoding', `curl x --data-urlencode 'a=b c&é*'`, 'a=b+c%26%C3%A9%2A'],
    ['percent-encoding without a name', `curl x --data-urlencode '=a b'`, 'a+b'],
    ['an empty body', `curl x -d ''`, ''],
    ['standard input loses line breaks with -d', `printf %s $'a\\nb' | curl x -d @-`, 'ab'],
    ['standard input is read once', `printf %s ab | curl x -d @- -d c -d @-`, 'ab&c&'],
  ])('%s', (_name, text, body) => expect(Buffer.from(read(text).body).toString()).toBe(body));

  it('a header without a value is none, one with a semicolon is empty', () => {
    expect(read(`curl x -H 'X-VideoCloud-Signature:' -d a`).headers).toEqual({});
    expect(read(`curl x -H 'X-VideoCloud-Signature;' -d a`).headers).toEqual({ [NAME]: '' });
  });

  it('a signature in a variable or a file is not absent', () => {
    expect(read(`curl x -H "X-VideoCloud-Signature: $SIG" -d a`).allHeaders).toBe(false);
    expect(read('curl x -H @headers.txt -d a').allHeaders).toBe(false);
  });

  it.each([
    ['curl x --data-binary @body.json', /from the file body\.json/],
    ['curl x --data-binary @-', /standard input/],
    ['cat body | curl x -d @-', /standard input/],
    ['curl x -d @- < body.json', /reads a file/],
    [`curl x -d "$BODY"`, /variable/],
    [`curl x -d "$(cat body)"`, /another command/],
    ['curl x -d `cat body`', /another command/],
    ['curl x -d {"a":1,"b":2}', /a variable, a pattern/],
    ['curl x -d ~', /a variable, a pattern/],
    ['curl x -d a?', /a variable, a pattern/],
    ['curl x -d [1]', /a variable, a pattern/],
    ['curl x -F a=b', /--form/],
    ['curl x -T file', /--upload-file/],
    ['curl -G x -d a=b', /no body/],
    ['curl -K options x', /--config/],
    ['curl x --data-urlencode a@file', /from a file/],
    ['curl x --no-such-option a -d b', /not known/],
    ['curl x -d', /no value/],
    ["curl x -d 'abc", /not closed/],
    [`curl x -d $'a\\0'`, /NUL/],
    ['curl http://x', /no --data/],
    [`curl x -d "a\\\\b"`, /differently/],
    [`curl x -d $'a\\ud83d'`, /surrogate/],
    [`curl x -d $'\\ud83d\\xff'`, /surrogate/],
    [`curl x -d $'\\x{41}'`, /bash alone/],
    ['curl.exe x `\n -d a', /PowerShell/],
    ['curl x -d a;curl x -d b', /choose with --request/],
  ])('%s is not understood', (text, why) => refused(text, why));

  it('reads an emoji that a browser escaped as two halves', () => {
    expect(Buffer.from(read(`curl x -d $'\\ud83d\\ude00'`).body).toString()).toBe('😀');
  });

  // Each option costs its own bytes; a copy of the whole body for each took minutes.
  it('reads a command of 800,000 options', { timeout: 60_000 }, () => {
    const options = 400_000;
    expect(read(`curl x ${'-d a '.repeat(options)}`).body.length).toBe(2 * options - 1);
    expect(read(`printf %s ${'b'.repeat(1e6)} | curl x ${'-d @- '.repeat(options)}`).body.length).toBe(
      1e6 + options - 1,
    );
  });

  it('chooses one of several', () => {
    expect(Buffer.from(read('curl x -d a;curl x -d b', { request: 2 }).body).toString()).toBe('b');
    expect(() => read('curl x -d a;curl x -d b', { request: 3 })).toThrow(/from 1 to 2/);
  });
});

it('reads what bash and curl make of the form in which the inspector copies an attempt', async () => {
  const received: string[] = [];
  const server = createServer(
    answering(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      received.push(Buffer.concat(chunks).toString('hex'));
      response.end();
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks?a=[1]`;
  const bodies = [BODY, '', '@x', "it's \\ \u202e\u0001\t\r\n", '\0\xff', Buffer.alloc(40_000, 'é').toString()];
  for (const text of bodies) {
    const body = Buffer.from(text);
    const header = `curl -i -g -H '${NAME}: ${SIGNATURE}'`;
    const piped = body.includes(0) || body[0] === 0x40 || body.length > 30_000;
    const command = piped
      ? `printf %s ${body.toString('base64')} | base64 -d | ${header} \\\n  --data-binary @- \\\n  '${url}'`
      : `${header} \\\n  --data-binary ${octal(text)} \\\n  '${url}'`;
    const found = read(command);
    expect(Buffer.from(found.body).toString('hex')).toBe(body.toString('hex'));
    expect(found.headers[NAME]).toBe(SIGNATURE);
    expect(await bash(command)).toBe(0);
    expect(received.pop()).toBe(body.toString('hex'));
  }
  server.close();
});

it('reads single words as bash does', async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "'a\\b'",
      '"a\\"b\\\\c\\d"',
      "$'\\101\\x41\\u0451\\t\\'\\q\\0501'",
      '\\ \\"',
      'é',
      "''",
      '""',
      "$'\\x4'",
      "$'\\9'",
      '$"a"',
    ),
    fc.stringMatching(/^[a-z"' \\]{0,6}$/).map(single),
  );
  for (const words of fc.sample(fc.array(piece, { minLength: 1, maxLength: 5 }), 25)) {
    const word = words.join('');
    const { stdout } = spawnSync('bash', ['-c', `printf %s ${word}`]);
    // A back slash continues nothing here, but keeps cmd.exe out of question.
    expect(Buffer.from(read(`curl x \\\n -d x${word}`).body).toString('hex')).toBe(`78${stdout.toString('hex')}`);
  }
});

describe('Windows', () => {
  const header = `X-VideoCloud-Signature: ${SIGNATURE}`;
  it('reads Chrome’s copy for cmd.exe', () => {
    holds(`curl ${chromeCmd('http://x/hooks')} ^\n  -H ${chromeCmd(header)} ^\n  --data-raw ${chromeCmd(BODY)}`);
    holds(`curl ${chromeCmd('http://x')} ^\r\n  -H ${chromeCmd(header)} ^\r\n  --data-raw ${chromeCmd(BODY)}\r\n`);
    const lines = '{\n  "a": "100%AB \\\\ ^ & | < > !"\n}';
    expect(Buffer.from(read(`curl ^"x^" ^\n --data-raw ${chromeCmd(lines)}`).body).toString()).toBe(lines);
  });

  it('reads the older copy with plain quotes', () => {
    const plain = BODY.replace('\\n', '');
    holds(`curl "http://x" ^\n -H "${header}" ^\n --data-binary "${plain.replaceAll('"', '\\"')}" --compressed`, plain);
    expect(Buffer.from(read('curl "x" ^\n -d "{""a"":1}"').body).toString()).toBe('{"a":1}');
  });

  it('reads Chrome’s copy for PowerShell', () => {
    const headers = `-Headers @{\n"Accept"="*/*"\n  "X-VideoCloud-Signature"="${SIGNATURE}"\n}`;
    const start = '$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n$session.UserAgent = "x"\n';
    const call =
      'Invoke-WebRequest -UseBasicParsing -Uri "http://x/hooks" `\n-Method "POST" `\n-WebSession $session `\n';
    const bytes = `([System.Text.Encoding]::UTF8.GetBytes(${chromePowerShell(BODY)}))`;
    holds(`${start}${call}${headers} \`\n-ContentType "application/json" \`\n-Body ${bytes}`);
    const ascii = '{"a":"$b `c"}';
    expect(Buffer.from(read(`irm -Uri x -Body ${chromePowerShell(ascii)} -Headers @{a='b'}`).body).toString()).toBe(
      ascii,
    );
    expect(read('iwr x -Headers @{ "X-VideoCloud-Signature" = $sig } -Body "a"').allHeaders).toBe(false);
    const session = '$s = New-Object X\n$s.Headers.Add("X-VideoCloud-Signature", "0a")\niwr x -WebSession $s -Body "a"';
    expect(read(session).allHeaders).toBe(false);
  });

  it.each([
    ['curl ^"x^" -d ^"%^VAR%^"', /no --data|variable/],
    ['curl "x" ^\n -d "%VAR%"', /variable/],
    ['curl "x" -d "{""a"":1}"', /differently/],
    ['Invoke-WebRequest x -Body $body', /not plain text/],
    ['Invoke-WebRequest x -Body "$body"', /variable/],
    ['Invoke-WebRequest x -Body "é"', /character set/],
    ["irm x -Body ([Text.Encoding]::UTF8.GetBytes('it’’s'))", /not closed/],
    ['irm x -Body ([Text.Encoding]::UTF8.GetBytes("a“b"))', /not closed/],
    ['Invoke-WebRequest x -InFile a', /file/],
    ['Invoke-WebRequest x', /no -Body/],
    ['Invoke-WebRequest x -Body "a" -Body "b"', /-body twice/],
    [`${'A'.repeat(1e6)}\nInvoke-WebRequest x ${'-W $a '.repeat(200_000)}`, /-w twice/],
    ['Invoke-WebRequest x -Body "a', /not closed/],
    ['Invoke-WebRequest x -Headers @{ a', /-Headers/],
    ['irm x -Body "a"\nirm x -Body "b"', /several/],
    ['$s = New-Object X', /no Invoke-WebRequest/],
    ['curl "x" ^\n -d "a\\b"', /doubtful backslash/],
  ])('%s is not understood', (text, why) => {
    if (text.includes('%^VAR')) expect(Buffer.from(read(text).body).toString()).toBe('%VAR%');
    else refused(text, why);
  });
});

/** Exit code of a command line. */
async function bash(line: string): Promise<number | null> {
  const { spawn } = await import('node:child_process');
  const child = spawn('bash', ['-c', line], { stdio: 'ignore' });
  return new Promise((resolve) => child.on('close', resolve));
}
