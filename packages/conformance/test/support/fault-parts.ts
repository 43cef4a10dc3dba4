import { hmac, type Incoming, MALFORMED, MISMATCH, RIGHT, type Stages } from './reference-receiver.js';

type Refuse = Stages['refuse'];

export const header = ({ header: value }: Incoming): string => (typeof value === 'string' ? value : '');
export const json = (raw: Buffer): unknown => JSON.parse(raw.toString('utf8'));
export const envelope = (value: unknown) =>
  value as { event: string; timestamp: string; data: Record<string, unknown> };

/** A right check of the form, then `compare` of the digits. */
export const comparing =
  (compare: (given: string, right: string, incoming: Incoming) => boolean): Refuse =>
  (incoming, { secrets }) => {
    if (!/^[0-9a-f]{64}$/i.test(header(incoming))) return MALFORMED;
    return secrets.some((secret) => compare(header(incoming).toLowerCase(), hmac(secret, incoming.raw), incoming))
      ? undefined
      : MISMATCH;
  };

/** A wrong reading of the header's form, then a right comparison; everything else goes the right way. */
export const lenient =
  (read: (value: string) => string | undefined): Refuse =>
  (incoming, stages) => {
    const found = read(header(incoming));
    return RIGHT.refuse({ ...incoming, header: found ?? incoming.header }, stages);
  };

/** The right check first; if it refuses, a second chance. */
export const orElse =
  (accepts: (incoming: Incoming, stages: Stages) => boolean): Refuse =>
  (incoming, stages) => {
    const refusal = RIGHT.refuse(incoming, stages);
    return refusal && accepts(incoming, stages) ? undefined : refusal;
  };

/** The right check first; then the same with other secrets. */
export const bodyWith = (secrets: readonly string[]): Refuse =>
  orElse((incoming) => secrets.some((secret) => hmac(secret, incoming.raw) === header(incoming)));
