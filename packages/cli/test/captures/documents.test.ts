import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BODY, holds, NAME, read, refused, SIGNATURE } from './capture.js';

describe('raw HTTP', () => {
  const head = (eol: string, more = '') =>
    `POST /hooks HTTP/1.1${eol}Host: x${eol}X-VideoCloud-Signature: ${SIGNATURE}${eol}${more}${eol}`;
  const length = Buffer.byteLength(BODY);
  const hex = length.toString(16);
  it.each([
    ['CRLF', head('\r\n') + BODY],
    ['LF only', head('\n') + BODY],
    ['a byte order mark and a blank line', `\ufeff\n${head('\n')}${BODY}`],
    ['an editor’s newline beyond the length', `${head('\n', `Content-Length: ${length}\n`)}${BODY}\n`],
    ['a signature that begins on the next line', head('\r\n').replace(`: ${SIGNATURE}`, `:\r\n ${SIGNATURE}`) + BODY],
    ['folded headers', head('\r\n', 'A: b\r\n c\r\n') + BODY],
    ['one chunk', `${head('\r\n', 'Transfer-Encoding: chunked\r\n')}${hex}\r\n${BODY}\r\n0\r\n\r\n`],
    ['chunks with LF only', `${head('\n', 'Transfer-Encoding: chunked\n')}${hex};a=b\n${BODY}\n0\n\n`],
    ['chunks that a tool removed', head('\r\n', 'Transfer-Encoding: chunked\r\n') + BODY],
    [
      'a second request that is not signed',
      `${head('\r\n', `Content-Length: ${length}\r\n`)}${BODY}POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\na`,
    ],
    ['the answer behind it', `${head('\r\n', `Content-Length: ${length}\r\n`)}${BODY}HTTP/1.1 200 OK\r\n\r\n{}`],
    ['an answer after a blank line', `${head('\n', `Content-Length: ${length}\n`)}${BODY}\n\nHTTP/2 401 \n\n{}`],
    [
      'an answer after chunks',
      `${head('\r\n', 'Transfer-Encoding: chunked\r\n')}${hex}\r\n${BODY}\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n`,
    ],
    [
      'a second request after a blank line',
      `${head('\n', `Content-Length: ${length}\n`)}${BODY}\n\nPOST / HTTP/1.1\nContent-Length: 1\n\na`,
    ],
  ])('%s', (_name, text) => holds(text));

  it('keeps a body that has another length, for the doctor to judge', () => {
    expect(read(`${head('\r\n', 'Content-Length: 5\r\n')}${BODY}`).body.length).toBe(length);
    expect(read(`${head('\r\n', 'Content-Length: 5000\r\n')}${BODY}`).body.length).toBe(length);
  });

  const chunked = head('\r\n', 'Transfer-Encoding: chunked\r\n');
  it.each([
    ['HTTP/1.1 200 OK\r\n\r\nx', /another kind/],
    [':method: POST\n:path: /\nx-videocloud-signature: a\n\n{}', /another kind/],
    ['POST / HTTP/1.1\r\nHost: x', /no blank line/],
    ['POST / HTTP/1.1\r\nnonsense\r\n\r\nx', /no colon/],
    [head('\r\n', 'Content-Length: 5\r\n'), /not in the capture/],
    [`${head('\n')}${BODY}\n\nHTTP/1.1 200 OK\n\n{}`, /an answer follows/],
    [`${chunked}ff\r\nabc`, /chunks/],
    [`${chunked}3\r\nabcdef\r\n0\r\n\r\n`, /chunks/],
    [`${chunked}1\r\na\r\n-6\r\n`, /chunks/],
    [`${chunked}ffffffff\r\na\r\n`, /chunks/],
  ])('%j is not understood', (text, why) => refused(text, why));
});

describe('documents', () => {
  const headers = [{ name: 'X-VideoCloud-Signature', value: SIGNATURE }];
  const har = (...requests: unknown[]) =>
    JSON.stringify({ log: { entries: requests.map((request) => ({ request })) } });
  const good = { method: 'POST', headers, bodySize: Buffer.byteLength(BODY), postData: { text: BODY } };
  const other = { method: 'POST', headers: [{ name: 'a', value: 'b' }], postData: { text: 'a=b' } };
  const base64 = { ...good, postData: { text: Buffer.from(BODY).toString('base64'), encoding: 'base64' } };

  it.each([
    ['HAR', har(good)],
    ['HAR with another POST first', har(other, good)],
    ['HAR with GET and null around it', har({ method: 'GET', headers: [] }, null, good, { method: 'POST' })],
    ['HAR in base64', har(base64)],
    ['HAR with the same request twice', har(good, good)],
    ['a Lambda event', JSON.stringify({ headers: { [NAME]: SIGNATURE }, body: BODY, isBase64Encoded: false })],
    [
      'a Lambda event in base64',
      JSON.stringify({ headers: { [NAME]: SIGNATURE }, body: base64.postData.text, isBase64Encoded: true }),
    ],
    [
      'a load balancer’s event',
      JSON.stringify({ multiValueHeaders: { [NAME]: [SIGNATURE] }, body: BODY, isBase64Encoded: false }),
    ],
    ['fetch', `fetch("http://x", ${JSON.stringify({ method: 'POST', headers: { [NAME]: SIGNATURE }, body: BODY })});`],
    ['a log', `{"id":1}\n${JSON.stringify({ headers: { [NAME]: SIGNATURE }, bodyBase64: base64.postData.text })}\n`],
  ])('%s', (_name, text) => holds(text));

  it.each([
    [
      'two signed requests',
      har(good, { ...good, postData: { text: '{}' }, bodySize: 2 }),
      /choose with --request 1 to 2/,
    ],
    ['two unsigned requests', har(other, { ...other, postData: { text: 'c=d' } }), /none of them signed/],
    ['a body that was cut', har({ ...good, postData: { text: BODY.slice(0, 50) } }), /holds 53 of/],
    ['a body that was left out', har({ method: 'POST', headers, bodySize: 20 }), /does not hold the body/],
    ['form parameters', har({ ...good, postData: { params: [{ name: 'a' }] } }), /does not hold the body/],
    ['damaged base64', har({ ...base64, postData: { text: '*', encoding: 'base64' }, bodySize: 0 }), /damaged/],
    ['an unknown encoding', har({ ...base64, postData: { text: 'a', encoding: 'hex' } }), /damaged/],
    ['replacement characters', har({ ...good, postData: { text: '\ufffd' } }), /damaged/],
    ['no entries', har(), /no request with a body/],
    ['a log whose last line is cut', `{"bodyBase64":"YQ==","headers":{}}\n{"bodyBase64":"YQ`, /cut/],
    [
      'a document that is no capture we know',
      `{"meta":{"X-VideoCloud-Signature":"${SIGNATURE}"},"payload":{}}`,
      /another kind/,
    ],
    ['fetch with a variable', 'fetch(url, { body })', /no copy of a browser/],
    ['fetch with half a pair', String.raw`fetch("x", {"body":"\ud800"})`, /no UTF-8/],
    ['fetch with a replacement character', 'fetch("x", {"body":"\ufffd"})', /no UTF-8/],
    [
      'a Lambda event with a text for a flag',
      JSON.stringify({ headers: {}, body: 'YQ==', isBase64Encoded: 'true' }),
      /damaged/,
    ],
  ])('%s: not understood', (_name, text, why) => refused(text, why));

  it('a HAR file without headers proves no header absent', () => {
    expect(read(har({ method: 'POST', postData: { text: 'a' } })).allHeaders).toBe(false);
  });

  it('a hundred thousand entries and deep nesting end', () => {
    const many = har(...Array.from({ length: 100_000 }, () => ({ method: 'GET' })), good);
    holds(many);
    expect(read(`${'['.repeat(100_000)}${']'.repeat(100_000)}`).form).toBe('body');
  });
});

describe('a bare body', () => {
  it.each(['{"a":1}', '[1]', '"curl x"', 'a=b', '', '\ufeff{"a":1}', 'text about curling'])('%j', (text) => {
    expect(read(text)).toMatchObject({ form: 'body', headers: {}, allHeaders: false });
    expect(Buffer.from(read(text).body).toString()).toBe(text);
  });

  it('is whatever the file holds with --raw', () => {
    expect(read('curl x', { raw: true })).toMatchObject({ form: 'body', body: Buffer.from('curl x') });
  });
});

it('fuzz: any text is a body, a request, or not understood', () => {
  const piece = fc.constantFrom(
    'curl ',
    "-d '",
    '"',
    "'",
    "$'",
    '\\',
    '^"',
    '^\n',
    '`\n',
    'POST / HTTP/1.1\r\n',
    '\r\n\r\n',
    'Transfer-Encoding: chunked\r\n',
    '-1\r\n',
    'ff\r\n',
    '{"log":{"entries":[',
    ']}}',
    'Invoke-WebRequest ',
    '-Body "',
    '@{',
    'fetch(',
    ')',
    'printf %s ',
    ' | base64 -d |',
    '-H @',
    '--',
    '\0',
    '\ud800',
    '%a%',
    '=',
    '&',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 5 })), { maxLength: 12 }), (parts) => {
      try {
        expect(['body', 'request']).toContain(read(parts.join('')).form);
      } catch (error) {
        expect(error).toMatchObject({
          name: 'CaptureError',
          message: expect.stringMatching(/^not understood: /),
        });
      }
    }),
    { numRuns: 2_000 },
  );
});
