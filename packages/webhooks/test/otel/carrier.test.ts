import { createTraceState } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { carrierOf, linksOf } from '../../src/otel/carrier.js';

const SPAN = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('the carrier of a span', () => {
  it.each([
    ['none', '', undefined],
    ['one of 512 characters', `vendor=${'x'.repeat(256)},b=${'y'.repeat(246)}`, 512],
    ['a longer one', `vendor=${'x'.repeat(256)},b=${'y'.repeat(247)}`, undefined],
  ])('has its trace state: %s', (_, state, length) => {
    const carrier = carrierOf({ ...SPAN, traceState: createTraceState(state) });
    expect(carrier).toEqual(length === undefined ? { traceparent } : { traceparent, tracestate: state });
    expect(carrier.tracestate?.length).toBe(length);
    const [link] = linksOf(carrier);
    expect(link?.context).toMatchObject({ ...SPAN, isRemote: true });
    expect(link?.context.traceState?.serialize()).toBe(length === undefined ? undefined : state);
  });

  it('leaves out a stored state that is too long or no text', () => {
    for (const tracestate of ['x=1,'.repeat(200), 7 as never]) {
      expect(linksOf({ traceparent, tracestate })[0]?.context.traceState).toBeUndefined();
    }
  });
});
