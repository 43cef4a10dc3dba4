import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { harmless, harmlessLines, printJson, table } from '../src/io.js';

const FORGED = 'ok\nerror: forged\r\u001b[2K\u001b[31m\u009b1A\u202egnp\u200b\u2028next\u2029\ud800\u0000\u007f\ttab';

describe('a stranger’s text', () => {
  it('is one line of visible characters', () => {
    const shown = harmless(FORGED);
    expect(shown).toBe(
      'ok\\nerror: forged\\r\\u001b[2K\\u001b[31m\\u009b1A\\u202egnp\\u200b\\u2028next\\u2029\\ud800\\u0000\\u007f\\ttab',
    );
    expect(harmless('Моё видео 📹 — ok')).toBe('Моё видео 📹 — ok');
    expect(harmless('x'.repeat(50), 10)).toBe('xxxxxxxxxx… (50 characters)');
  });

  it('keeps its lines only behind an indent', () => {
    const lines = harmlessLines(`{\r\n\t"a": 1\n}\nerror: forged\r\u001b[1A${FORGED}`, '  | ').split('\n');
    expect(lines.length).toBeGreaterThan(4);
    for (const line of lines) expect(line).toMatch(/^ {2}\| [^\p{Cc}\p{Cf}\u2028\u2029]*(\t[^\p{Cc}]*)?$/u);
  });

  it('shows tabs as tabs, and the escapes of JSON as they are', () => {
    const text = String.raw`{"path":"C:\temp","tab":"\t"}`;
    expect(harmlessLines(text, '')).toBe(text);
    expect(harmlessLines('a\tb', '')).toBe('a\tb');
  });

  it('forges no row of a table', () => {
    const lines = table([
      ['ID', 'ERROR'],
      [`del_1\ndel_2  forged`, FORGED],
      ['del_3', '-'],
    ]).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines.join('')).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });

  it('is the same value in JSON, and harmless there too', async () => {
    const stdout = new PassThrough();
    const io = { stdin: new PassThrough(), stdout, stderr: stdout, env: {}, signal: new AbortController().signal };
    printJson(io, { text: FORGED });
    const written = String(stdout.read());
    expect(written.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/u);
    expect(JSON.parse(written)).toEqual({ text: FORGED });
  });
});
