// What every recipe must do with deliveries, whatever runs it.
import { request } from 'node:http';
import { sign } from '@videocloud/webhooks';
import { fixture, signedRequest } from '@videocloud/webhooks/testing';
import { expect, vi } from 'vitest';
import { fences, readPage } from '../snippets/extract.js';

export const SECRET = 'a secret of the recipes';

/** Sends what a receiver must take and what it must refuse, and counts what its handler of video.processed printed. */
export async function deliverAll(send: (request: Request) => Promise<Response>, url: string): Promise<void> {
  const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const answer = async (request: Request): Promise<unknown[]> => {
    const response = await send(request);
    const { error } = (await response.json()) as { error?: { code: string } };
    return [response.status, error?.code];
  };
  try {
    // Spelled as no JSON.stringify would: whoever parses and writes it again cannot verify it.
    const event = JSON.stringify(fixture('video.processed'), null, 1).replace('"Моё', '"\\u041c\\u043e\\u0451');
    const signed = () => signedRequest(url, event, SECRET);
    expect(await answer(await signed())).toEqual([200, undefined]);
    expect(printed).toHaveBeenCalledTimes(1);
    expect(await answer(await signed())).toEqual([200, undefined]);
    expect(printed).toHaveBeenCalledTimes(1);

    const signature = await sign(event, SECRET);
    const attempts: [body: string, signature: string | null, code: string][] = [
      [event, await sign(event, 'another secret'), 'signature_mismatch'],
      [event.replace('300', '301'), signature, 'signature_mismatch'],
      [JSON.stringify(JSON.parse(event)), signature, 'signature_mismatch'],
      [event, `${signature}00`, 'signature_malformed'],
      [event, `${signature}, ${signature}`, 'signature_malformed'],
      [event, null, 'signature_missing'],
    ];
    for (const [body, header, code] of attempts) {
      const headers = {
        'content-type': 'application/json',
        ...(header !== null && { 'x-videocloud-signature': header }),
      };
      expect(await answer(new Request(url, { method: 'POST', headers, body }))).toEqual([401, code]);
    }
    const large = `{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":{"x":"${'x'.repeat(1_048_576)}"}}`;
    expect(await answer(await signedRequest(url, large, SECRET))).toEqual([413, 'body_too_large']);
    const zipped = new Request(await signed(), { headers: { 'content-encoding': 'gzip' } });
    expect(await answer(zipped)).toEqual([415, 'content_encoding_unsupported']);
    const unknown = '{"event":"video.renamed","timestamp":"2024-03-31T12:00:00Z","data":{}}';
    expect(await answer(await signedRequest(url, unknown, SECRET))).toEqual([200, undefined]);
    expect(printed).toHaveBeenCalledTimes(1);
  } finally {
    printed.mockRestore();
  }
}

/** POSTs on a connection that is not kept alive, which a server that closes would wait for. */
export function postAndClose(
  url: string,
  sent: { body: Uint8Array; headers: Record<string, string> },
): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST', agent: false, headers: sent.headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    })
      .once('error', reject)
      .end(sent.body);
  });
}

/** The code of a recipe's page is that of the file this test ran. */
export function showsFile(page: string, file: string): void {
  expect(fences(page, readPage(page)).map((snippet) => snippet.code)).toContain(readPage(file));
}
