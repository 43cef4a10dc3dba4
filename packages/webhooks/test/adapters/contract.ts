import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES } from './behavior.js';
import { asking, bytesOf, CASES, GUIDE, GUIDE_HANDLED, passesParser, signedHeaders, TOLERATED } from './cases.js';
import type { Call, Entry, Mounted } from './entry.js';
import { type Answer, chunked, head, Wire } from './wire.js';

export type { Call, Entry, Mounted } from './entry.js';

const BIG = new Uint8Array(MAX_BODY_BYTES + 1).fill(0x20);
const REFUSED_TWICE = new Uint8Array(2 * MAX_BODY_BYTES).fill(0x20);

/** Looks, 20 ms apart: a minute at least, for nothing here judges speed. */
const PATIENCE = 3_000;

export const isOutcome = ({ what }: Call) => what.startsWith('outcome ');

/** The one call of `onOutcome` that belongs to an answer. */
export function outcomeOf({ status, text, code }: Pick<Answer, 'status' | 'text' | 'code'>): string {
  // Behind `verifyWebhook` the answer is the route's own; to HEAD there is no body.
  if (text.startsWith('{"verified"')) return 'outcome answer verified null';
  return `outcome answer ${status} ${code ?? (status === 405 ? 'method_not_allowed' : null)}`;
}

/**
 * The one contract of every framework entry: same request, same status, same code.
 *
 * @param looks how often to look for what must happen, 20 ms apart
 */
export function contract(entry: Entry, looks = PATIENCE): void {
  describe(entry.name, () => {
    let mounted: Mounted;
    let wire: Wire;
    /** Of the current test: what the sender was answered, outcomes of which it saw no answer, and what `onOutcome` got. */
    const answers: Answer[] = [];
    const unseen: string[] = [];
    const outcomes: string[] = [];
    beforeAll(async () => {
      mounted = await entry.mount();
      wire = await Wire.open(mounted.port, answers);
    }, 600_000);
    // One connection for all as long as it lives; a failed test must not take the others with it.
    beforeEach(async () => {
      await news();
      if (wire.ended || wire.stale) wire = await Wire.open(mounted.port, answers);
    });
    afterEach(async () => {
      // The test has failed: what comes of that delivery is not for the next one.
      if (answers.some(({ status }) => status === 0)) {
        await sleep(1_000);
        await news();
        for (const list of [answers, unseen, outcomes]) list.length = 0;
        return;
      }
      const expected = [...answers.splice(0).map(outcomeOf), ...unseen.splice(0)].sort();
      await happens(() => outcomes.length >= expected.length);
      // One too many that comes later is found by the next test.
      expect({ outcomes: outcomes.splice(0).sort() }).toEqual({ outcomes: expected });
    });
    afterAll(async () => {
      wire?.abort();
      await mounted?.close();
    });

    /** What happened since the last look, as short lines. */
    let looked = 0;
    async function news(): Promise<string[]> {
      const calls = await mounted.calls();
      const fresh = calls.slice(looked);
      looked = calls.length;
      outcomes.push(...fresh.filter(isOutcome).map(({ what }) => what));
      return fresh
        .filter((call) => !isOutcome(call))
        .map(({ what, event, sha256 }) => [what, String(event), sha256].filter((part) => part !== undefined).join(' '));
    }

    /** Whether it has happened after so many looks. */
    async function happens(yet: () => boolean, most = looks): Promise<boolean> {
      for (let look = 0; !yet() && look < most; look++) {
        await sleep(20);
        await news();
      }
      return yet();
    }

    async function until(happened: string): Promise<string[]> {
      const all: string[] = [];
      for (let tries = 0; tries < looks; tries++) {
        all.push(...(await news()));
        if (all.includes(happened)) return all;
        await sleep(20);
      }
      throw new Error(`Never happened: ${happened}; what did: ${JSON.stringify(all)}`);
    }

    function post(path: string, body: Uint8Array, headers: Parameters<typeof head>[2], on = wire): Promise<Answer> {
      on.write(
        Buffer.concat([
          Buffer.from(head('POST', path, { ...headers, 'content-length': String(body.length) }), 'latin1'),
          body,
        ]),
      );
      return on.answer();
    }

    async function fresh<T>(use: (wire: Wire) => Promise<T>): Promise<T> {
      const own = await Wire.open(mounted.port, answers);
      try {
        return await use(own);
      } finally {
        own.abort();
      }
    }

    const arrives = (one: Parameters<typeof passesParser>[0]) => entry.parsesFirst !== true || passesParser(one);
    for (const [title, all] of Object.entries(CASES)) {
      const cases = all.filter(arrives);
      if (cases.length === 0) continue;
      it.each(cases)(`${title}: $title`, async ({ body, headers, status, code, calls }) => {
        const answer = await post(entry.path, body, headers);
        expect({ status: answer.status, code: answer.code }).toEqual({ status, code });
        expect(answer.headers['content-type']).toMatch(/^application\/json/);
        if (status === 200) expect(answer.text).toBe('{"received":true}');
        expect(await news()).toEqual(calls ?? []);
      });
    }

    const tolerated = TOLERATED.filter(({ body }) => arrives({ body, headers: {} }));
    it.each(tolerated)('hands onUnhandled $title, and answers 200', async ({ body, call }) => {
      const answer = await post(entry.tolerant, body, signedHeaders(body));
      expect(answer.status).toBe(200);
      expect(await news()).toEqual([call]);
    });

    it('shows onUnhandled nothing that is not signed', async () => {
      const answer = await post(entry.tolerant, bytesOf('{"a":1}'), signedHeaders(bytesOf('{"a":2}')));
      expect(answer).toMatchObject({ status: 401, code: 'signature_mismatch' });
      expect(await news()).toEqual([]);
    });

    describe('framing', () => {
      it('takes a body that comes in pieces', async () => {
        await fresh(async (own) => {
          await own.write(
            head('POST', entry.path, { ...signedHeaders(GUIDE), 'content-length': String(GUIDE.length) }),
          );
          for (let at = 0; at < GUIDE.length; at += 100) {
            await sleep(5);
            await own.write(GUIDE.slice(at, at + 100));
          }
          expect(await own.answer()).toMatchObject({ status: 200 });
        });
        expect(await news()).toEqual([GUIDE_HANDLED]);
      });

      it.each([1, 7, 1_000])('takes a body in chunks of %i', async (size) => {
        await wire.write(head('POST', entry.path, { ...signedHeaders(GUIDE), 'transfer-encoding': 'chunked' }));
        await wire.write(chunked(GUIDE, size));
        expect(await wire.answer()).toMatchObject({ status: 200 });
        expect(await news()).toEqual([GUIDE_HANDLED]);
      });

      it('takes an empty chunked body for an empty body', async () => {
        const empty = new Uint8Array();
        await wire.write(head('POST', entry.path, { ...signedHeaders(empty), 'transfer-encoding': 'chunked' }));
        await wire.write(chunked(empty, 1));
        expect(await wire.answer()).toMatchObject({ status: 400, code: 'body_not_json' });
      });

      it('takes a request without a body at all', async () => {
        await wire.write(head('POST', entry.path, signedHeaders(new Uint8Array())));
        expect(await wire.answer()).toMatchObject({ status: 400, code: 'body_not_json' });
      });

      it('takes a body of exactly the limit', async () => {
        const whole = Buffer.concat([GUIDE, Buffer.alloc(MAX_BODY_BYTES - GUIDE.length, 0x20)]);
        expect(await post(entry.path, whole, signedHeaders(whole))).toMatchObject({ status: 200 });
        await wire.write(head('POST', entry.path, { ...signedHeaders(whole), 'transfer-encoding': 'chunked' }));
        await wire.write(chunked(whole, 65_536));
        expect(await wire.answer()).toMatchObject({ status: 200 });
        expect(await news()).toHaveLength(2);
      });

      it('answers a sender that asks for 100-continue first', async () => {
        const headers = { ...signedHeaders(GUIDE), 'content-length': String(GUIDE.length), expect: '100-continue' };
        await wire.write(head('POST', entry.path, headers));
        await wire.write(GUIDE);
        expect(await wire.answer()).toMatchObject({ status: 200 });
        expect(await news()).toEqual([GUIDE_HANDLED]);
      });

      it('answers two deliveries in one packet', async () => {
        const one = Buffer.concat([
          Buffer.from(head('POST', entry.path, { ...signedHeaders(GUIDE), 'content-length': String(GUIDE.length) })),
          GUIDE,
        ]);
        await wire.write(Buffer.concat([one, one]));
        expect(await wire.answer()).toMatchObject({ status: 200 });
        expect(await wire.answer()).toMatchObject({ status: 200 });
        expect(await news()).toEqual([GUIDE_HANDLED, GUIDE_HANDLED]);
      });
    });

    describe('a body over the limit', () => {
      const tooLarge = { status: 413, code: 'body_too_large' };

      const whileSending = entry.buffered ? [] : ['sending'];
      it.each(whileSending)('is refused by its declared length, before %s', async () => {
        await fresh(async (own) => {
          await own.write(head('POST', entry.path, { ...signedHeaders(BIG), 'content-length': String(BIG.length) }));
          expect(await own.answer()).toMatchObject(tooLarge);
        });
      });

      it.each(whileSending)('is refused when a lie about the length does not fit a number, before %s', async () => {
        await fresh(async (own) => {
          await own.write(head('POST', entry.path, { ...signedHeaders(BIG), 'content-length': '9007199254740991' }));
          expect(await own.answer()).toMatchObject(tooLarge);
        });
      });

      it.each(whileSending)('is refused in chunks, while %s', async () => {
        await fresh(async (own) => {
          await own.write(head('POST', entry.path, { ...signedHeaders(BIG), 'transfer-encoding': 'chunked' }));
          await own.write(chunked(BIG, 16_384, { open: true }));
          expect(await own.answer()).toMatchObject(tooLarge);
        });
      });

      it.each(entry.parsesFirst ? [] : ['declared', 'chunked'])(
        '%s: a sender that reads only when it has sent all can read the answer, and go on',
        async (framing) => {
          await fresh(async (own) => {
            const length = { 'content-length': String(REFUSED_TWICE.length) };
            const headers = framing === 'declared' ? length : { 'transfer-encoding': 'chunked' };
            await own.write(head('POST', entry.path, { ...signedHeaders(REFUSED_TWICE), ...headers }));
            await own.write(framing === 'declared' ? REFUSED_TWICE : chunked(REFUSED_TWICE, 16_384));
            expect(await own.answer()).toMatchObject(tooLarge);
            expect(await post(entry.path, GUIDE, signedHeaders(GUIDE), own)).toMatchObject({ status: 200 });
          });
          expect(await news()).toEqual([GUIDE_HANDLED]);
        },
      );
    });

    describe.each(entry.buffered ? [] : ['does not come'])('a body that %s', () => {
      const slow = { status: 408, code: 'body_timeout' };

      it.each([
        ['declared', { 'content-length': '1000' }],
        ['chunked', { 'transfer-encoding': 'chunked' }],
      ])('%s: times out, though a byte trickles in now and then', async (_, framing) => {
        await fresh(async (own) => {
          await own.write(head('POST', entry.path, { ...signedHeaders(GUIDE), ...framing }));
          const began = performance.now();
          const trickle = setInterval(() => own.write(_ === 'declared' ? ' ' : '1\r\n \r\n'), 150);
          const answer = await own.answer().finally(() => clearInterval(trickle));
          expect(answer).toMatchObject(slow);
          expect(performance.now() - began).toBeGreaterThan(900);
          // A connection with half a request on it must not stay.
          expect(await own.closed(30_000)).toBe(true);
        });
        expect(await news()).toEqual([]);
      });

      it.each([
        ['closes', false],
        ['resets', true],
      ])('is nothing to anybody when the sender %s the connection', async (_, reset) => {
        for (const framing of [{ 'content-length': '1000' }, { 'transfer-encoding': 'chunked' }]) {
          unseen.push('outcome answer 400 body_aborted');
          // Again where the reset came before a busy server had read the head: then there was no delivery.
          let seen = false;
          for (let attempt = 0; attempt < 10 && !seen; attempt++) {
            const own = await Wire.open(mounted.port, answers);
            await own.write(head('POST', entry.path, { ...signedHeaders(GUIDE), ...framing }));
            await own.write('1\r\n{\r\n');
            await sleep(50);
            own.abort({ reset });
            seen = await happens(() => outcomes.length >= unseen.length, 250);
          }
          expect(seen).toBe(true);
        }
        expect(await news()).toEqual([]);
        expect(await post(entry.path, GUIDE, signedHeaders(GUIDE))).toMatchObject({ status: 200 });
        expect(await news()).toEqual([GUIDE_HANDLED]);
      });
    });

    describe('handlers', () => {
      it('are not stopped by a sender that leaves after the body', async () => {
        const body = asking('unhurried');
        const own = await Wire.open(mounted.port, answers);
        await own.write(head('POST', entry.path, { ...signedHeaders(body), 'content-length': String(body.length) }));
        await own.write(body);
        const began = await until('began unhurried system.error');
        own.abort();
        unseen.push('outcome answer 200 null');
        expect([...began, ...(await until('ended unhurried system.error'))]).toEqual([
          'began unhurried system.error',
          'ended unhurried system.error',
        ]);
      });

      it('that throw are answered 500, and what they threw stays here', async () => {
        const body = asking('throw');
        const answer = await post(entry.path, body, signedHeaders(body));
        expect(answer).toMatchObject({ status: 500, code: 'handler_failed' });
        expect(JSON.stringify(answer)).not.toMatch(/hunter2|database/);
        expect(await news()).toEqual(['began throw system.error', 'onError handler_failed system.error']);
      });

      it('that take too long are aborted and answered 503', async () => {
        const body = asking('slow');
        expect(await post(entry.path, body, signedHeaders(body))).toMatchObject({
          status: 503,
          code: 'handler_timeout',
        });
        unseen.push('outcome background processed null');
        expect((await until('ended slow system.error')).sort()).toEqual(
          [
            'aborted system.error',
            'began slow system.error',
            'ended slow system.error',
            'onError handler_timeout system.error',
          ].sort(),
        );
      });
    });

    describe('other methods', () => {
      it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s', async (method) => {
        const bodiless = method === 'HEAD';
        const body = ['PUT', 'PATCH'].includes(method) ? GUIDE : new Uint8Array();
        const length = body.length > 0 ? { 'content-length': String(body.length) } : {};
        await wire.write(head(method, entry.path, { ...signedHeaders(body), ...length }));
        await wire.write(body);
        const answer = await wire.answer({ bodiless });
        // The App Router answers these itself: 405 without our body, and OPTIONS 204 with Allow.
        if (!entry.ownMethods || answer.code !== undefined) {
          expect(answer.status).toBe(405);
          expect(answer.headers.allow).toBe('POST');
          if (!bodiless) expect(answer.code).toBe('method_not_allowed');
        } else {
          expect(entry.ownMethods).toContain(answer.status);
          answers.pop();
        }
        expect(await news()).toEqual([]);
      });
    });

    it('keeps the connection usable after each kind of refusal', async () => {
      await fresh(async (own) => {
        const gzip = { ...signedHeaders(GUIDE), 'content-encoding': 'gzip' };
        expect(await post(entry.path, GUIDE, signedHeaders(GUIDE, 'no'), own)).toMatchObject({
          status: 401,
        });
        expect(await post(entry.path, GUIDE, gzip, own)).toMatchObject({ status: 415 });
        expect(await post(entry.path, bytesOf('{}'), signedHeaders(bytesOf('{}')), own)).toMatchObject({ status: 400 });
        expect(await post(entry.path, BIG, signedHeaders(BIG), own)).toMatchObject({ status: 413 });
        expect(await post(entry.path, GUIDE, signedHeaders(GUIDE), own)).toMatchObject({ status: 200 });
      });
      expect(await news()).toEqual([GUIDE_HANDLED]);
    });

    describe.each([...entry.parsed])('behind $title', ({ path, fix, contentType }) => {
      it.each([
        ['signed', signedHeaders(GUIDE), GUIDE],
        ['forged', signedHeaders(bytesOf('other')), GUIDE],
        ['unsigned', {}, GUIDE],
        // At once: waiting for a body would end with 408.
      ])('a %s delivery is refused at once, with the fix', async (_, headers, body) => {
        const answer = await post(path, body, {
          'content-type': 'application/json',
          ...headers,
          ...(contentType ? { 'content-type': contentType } : {}),
        });
        expect(answer).toMatchObject({ status: 500, code: 'body_already_parsed' });
        expect(answer.text).toMatch(fix);
        expect(await news()).toEqual(['onError body_already_parsed null']);
      });
    });

    const { verify } = entry;
    if (verify !== undefined) {
      describe('verifyWebhook', () => {
        it('hands on the verified delivery', async () => {
          const answer = await post(verify, GUIDE, signedHeaders(GUIDE));
          expect(answer.status).toBe(200);
          expect(JSON.parse(answer.text)).toEqual({ verified: 'comment.created', bytes: GUIDE.length, secretIndex: 0 });
        });

        it('hands on unknown events too', async () => {
          const body = bytesOf('{"event":"constructor","timestamp":"2024-03-31T12:00:00Z","data":{}}');
          expect(JSON.parse((await post(verify, body, signedHeaders(body, 'x'))).text)).toMatchObject({
            verified: 'constructor',
            secretIndex: 1,
          });
        });

        it.each(['refuses every forgery', 'refuses signed bytes that are no event', 'refuses an encoded body'])(
          '%s',
          async (family) => {
            for (const { title, body, headers, status, code } of CASES[family] ?? []) {
              const answer = await post(verify, body, headers);
              expect({ title, status: answer.status, code: answer.code }).toEqual({ title, status, code });
            }
          },
        );

        it('refuses other methods, large and slow bodies', async () => {
          if (!entry.ownMethods) {
            await wire.write(head('GET', verify, {}));
            expect(await wire.answer()).toMatchObject({
              status: 405,
              code: 'method_not_allowed',
              headers: { allow: 'POST' },
            });
          }
          await fresh(async (own) => {
            expect(await post(verify, BIG, signedHeaders(BIG), own)).toMatchObject({
              status: 413,
              code: 'body_too_large',
            });
            await own.write(head('POST', verify, { ...signedHeaders(GUIDE), 'content-length': '1000' }));
            expect(await own.answer()).toMatchObject({ status: 408, code: 'body_timeout' });
          });
        });
      });
    }
  });
}
