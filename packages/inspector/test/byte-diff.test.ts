import { bytesAround, firstDifference, withMarks } from '@videocloud/local-web/page';
import { describe, expect, it } from 'vitest';
import { describeInBrowser } from '../../../tests/support/browser.js';
import { button, detail, send, until } from './support/page.js';
import { startInspector } from './support/start-inspector.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the difference of two bodies', () => {
  it('is the first byte that differs, or the end of the shorter one', () => {
    expect(firstDifference(bytes('abc'), bytes('abc'))).toBeUndefined();
    expect(firstDifference(bytes(''), bytes(''))).toBeUndefined();
    expect(firstDifference(bytes('abc'), bytes('abd'))).toBe(2);
    expect(firstDifference(bytes('abc'), bytes('ab'))).toBe(2);
    expect(firstDifference(bytes(''), bytes('a'))).toBe(0);
  });

  it('is shown with the whole character, white space and invisible characters seen', () => {
    const body = bytes('{"a": "Ж\u200b"}\n');
    const { text, hex } = bytesAround(body, 8);
    expect(text).toEqual(['{"a":·"', 'Ж', '‹200b›"}↵']);
    expect(hex[1]).toBe('d0 96');
    expect(bytesAround(body, body.length).text[1]).toBe('');
    expect(bytesAround(new Uint8Array([0x80, 0x80, 0x80, 0x80, 0x80]), 4).hex.join('')).toContain('80');
    expect(bytesAround(new Uint8Array(), 0)).toEqual({ text: ['', '', ''], hex: ['', '', ''] });
    expect(withMarks('\u0000\u202e\u00a0\t')).toBe('‹0000›‹202e›‹00a0›⇥');
  });
});

describeInBrowser('a request that was broken on purpose', (browser) => {
  it('says which byte, and nothing that is only possible', async () => {
    const { url } = await startInspector();
    const { page, faults } = await browser.open(url);
    const panel = detail(page).locator('.byte-diff');
    for (const [mode, first] of [
      ['Tampered', /The first difference is byte \d+; (\d+) bytes were signed, \1 delivered\./],
      ['Re-serialized', /The first difference is byte 2; \d+ bytes were signed, \d+ delivered\./],
    ] as const) {
      await button(page, mode).click();
      await until(() => page.locator('.row[aria-selected=true]').textContent(), expect.stringContaining(mode));
      await until(() => panel.locator('p').textContent(), expect.stringMatching(first));
      const marks = await panel.locator('mark').allTextContents();
      expect(marks).toHaveLength(4);
      expect(marks[0]).not.toBe(marks[2]);
      await detail(page).locator('.why').waitFor();
      expect(await detail(page).locator('.why > .causes .chip').allTextContents()).not.toContain('Possible');
    }
    await button(page, 'Wrong secret').click();
    await until(
      () => detail(page).locator('.why').textContent(),
      expect.stringContaining('signed with a random secret'),
    );
    await until(() => panel.count(), 0);
    await send(page, 'video.deleted');
    await until(() => detail(page).locator('h2').textContent(), 'video.deleted');
    expect(await panel.count()).toBe(0);
    expect(faults).toEqual([]);
  });
});
