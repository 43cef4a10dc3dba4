import { type AnswerRule, refused } from '../../answer-rules.js';
import type { DeliveryFactory } from '../../delivery-factory.js';
import type { Header, WireRequest } from '../../http/message.js';
import { claiming, GUIDE, signature } from '../define.js';

/** One way of forging, possibly in several variants. */
export interface Forgery {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly reference: string;
  readonly fix: string;
  readonly accept?: AnswerRule | undefined;
  readonly variants: (deliveries: DeliveryFactory) => readonly (readonly [label: string, message: WireRequest])[];
}

export const EXACT =
  'Accept only a header of exactly 64 hexadecimal digits, checked with an anchored pattern before it is decoded.';
export const MALFORMED =
  'Buffer.from(x, "hex"), hex2bin and their kin stop at or skip what is not hexadecimal, so a loose decoder accepts what was never signed.';
export const COMPARE =
  'Compute HMAC-SHA256 of the raw body with the secret and compare all 32 bytes with a constant-time function.';
export const ABSENT = 'A request nobody signed proves nothing of its origin.';

/** A parser of JSON bodies skips these, and with them a check that is made in the parser. */
export const OTHER_TYPES: readonly (readonly [label: string, headers: readonly Header[]])[] = [
  ['text/plain', [['Content-Type', 'text/plain']]],
  ['no Content-Type', []],
];

export type Value = (deliveries: DeliveryFactory, body: Buffer) => string;

/** The header's values by label. */
interface HeaderValues {
  readonly values: Readonly<Record<string, Value>>;
  readonly reference?: string | undefined;
}

/** A forgery that differs from a genuine delivery in the header's value only. */
export function value({
  values,
  reference = GUIDE.signatures,
  ...own
}: Omit<Forgery, 'reference' | 'variants'> & HeaderValues): Forgery {
  return {
    ...own,
    reference,
    variants: (deliveries) =>
      Object.entries(values).map(([label, make]) => {
        const body = deliveries.body();
        return [label, claiming(body, [signature(make(deliveries, body))])] as const;
      }),
  };
}

/** What is acceptable for a forgery. */
export function ruleOf(forgery: Forgery): AnswerRule {
  return forgery.accept ?? refused;
}
