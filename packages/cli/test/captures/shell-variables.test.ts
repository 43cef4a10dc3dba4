// What a command takes from a variable is in no capture: it may be the signature, or a part of the body.
import { describe, expect, it } from 'vitest';
import { cli, put } from '../harness.js';
import { BODY, holds, NAME, read, refused, SIGNATURE } from './capture.js';

const data = `-d '{"a":1}'`;

describe('a command with a variable of the shell', () => {
  it.each([
    ['a header', `curl http://x -H "$SIG_HEADER" ${data}`],
    ['a header of one word with its option', `curl http://x -H"$SIG_HEADER" ${data}`],
    ['a header of a long option', `curl http://x --header "$SIG_HEADER" ${data}`],
    ['a header behind an equals sign', `curl http://x --header="$SIG_HEADER" ${data}`],
    ['a header without quotes', `curl http://x -H $SIG_HEADER ${data}`],
    ['a header in braces', `curl http://x -H "\${SIG_HEADER}" ${data}`],
    ['the name of a header', `curl http://x -H "$NAME: $SIG" ${data}`],
    ['a part of the name', `curl http://x -H "X-\${VENDOR}-Signature: abc" ${data}`],
    ['the end of the name', `curl http://x -H "X-VideoCloud$REST" ${data}`],
    ['a name of the shell’s braces', `curl http://x -H X-{VideoCloud,Other}-Signature:abc ${data}`],
    ['a name of a pattern', `curl http://x -H [X]* ${data}`],
    ['a header’s value without quotes', `curl http://x -H Authorization:$TOKEN ${data}`],
    ['an option’s value without quotes', `curl http://x -m $SECONDS_AND_MORE ${data}`],
    ['an option’s value of several words', `curl http://x -A "$@" ${data}`],
    ['the URL without quotes', `curl $URL ${data}`],
    ['a part of the URL without quotes', `curl http://x/$PATH_AND_MORE ${data}`],
  ])('has no absent signature: %s', (_name, text) => expect(read(text).allHeaders).toBe(false));

  it.each([
    ['without quotes', `curl $OPTS ${data} http://x`],
    ['an array', `curl "\${HEADERS[@]}" ${data} http://x`],
    ['the arguments', `curl "$@" ${data} http://x`],
    ['in quotes, beside a URL', `curl "$HEADER" ${data} http://x`],
    ['beside --url', `curl $OPTS ${data} --url http://x`],
    ['beside a URL of the shell', `curl $OPTS ${data} "$URL"`],
    ['beside a URL with a variable', `curl $OPTS ${data} "http://$HOST/hooks"`],
    ['with a signature', `curl $OPTS -H 'X-VideoCloud-Signature: ${SIGNATURE}' ${data} http://x`],
    ['a list in braces', `curl {-H,X-VideoCloud-Signature:abc} ${data} http://x`],
    ['of the second request', `curl http://x -o a --next $OPTS ${data} http://x`],
  ])('is not understood where a variable may hold options: %s', (_name, text) =>
    refused(text, /options from a variable/),
  );

  it.each([
    ['the URL', 'curl "$URL"'],
    ['a part of the URL', `curl "http://$HOST:\${PORT}/hooks"`],
    ['the value of another header', 'curl http://x -H "Authorization: Bearer $TOKEN"'],
    ['a pattern in the URL', 'curl http://x/hooks?a=1'],
  ])('has all headers where the variable can hold none: %s', (_name, start) => {
    expect(read(`${start} ${data}`)).toMatchObject({ headers: {}, allHeaders: true });
    holds(`${start} -H 'X-VideoCloud-Signature: ${SIGNATURE}' --data-raw '${BODY}'`);
  });

  it('has no header whose value is not known', () => {
    expect(read(`curl http://x -H "Content-Length: $LENGTH" -H "a: b" ${data}`).headers).toEqual({ a: 'b' });
  });

  it('gets no verdict, for the command line', async () => {
    const file = put('curl.txt', `curl http://x -H "$SIG_HEADER" ${data}`);
    for (const verb of ['explain', 'verify']) {
      const { code, out, err } = await cli([verb, file]);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain('not understood: the capture does not hold all headers: give --signature HEX');
    }
    expect((await cli(['explain', file, '--signature', SIGNATURE])).code).toBe(1);
  });
});

describe('a PowerShell request with a variable', () => {
  const headers = '-Headers @{ "a" = "b" }';
  it.each([
    ['a session that is not in the capture', `iwr x -WebSession $session ${headers} -Body "a"`],
    ['a shortened name of -Headers', 'iwr x -Head $headers -Body "a"'],
  ])('has no absent signature: %s', (_name, text) => expect(read(text).allHeaders).toBe(false));

  it('has all headers with a session of a browser’s copy', () => {
    const session = '$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n';
    expect(read(`${session}iwr x -WebSession $session ${headers} -Body "a"`).allHeaders).toBe(true);
    expect(read(`iwr x -Head @{ "${NAME}" = "b" } -Body "a"`).headers).toEqual({ [NAME]: 'b' });
  });
});

describe('a command of cmd.exe with a variable', () => {
  it.each([
    ['a part of it', 'curl "http://x" ^\n -H "X-VideoCloud-Signature: %SIG:~0,64%" -d "a"'],
    ['a name with brackets', 'curl "http://x" ^\n -H "X-VideoCloud-Signature: %SIG(x86)%" -d "a"'],
  ])('is not understood: %s', (_name, text) => refused(text, /variable \(%NAME%\)/));
});
