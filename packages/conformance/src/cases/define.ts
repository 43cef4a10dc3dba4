import { type AnswerRule, accepted, refused } from '../answer-rules.js';
import { CONTENT, type DeliveryFactory } from '../delivery-factory.js';
import type { EndpointAnswer } from '../http/message.js';
import { type Header, request, type WireRequest } from '../http/message.js';
import type { Connection } from '../http/transport.js';
import { SIGNATURE } from '../protocol.js';
import type { Timing } from '../timing.js';
import type { CaseInfo } from '../types.js';

/** How often a delivery may have been handled. */
export type Expectation = 'once' | 'never' | 'at most once';

/** One request and what is acceptable. */
export interface Step {
  readonly label: string;
  readonly request: WireRequest;
  readonly accept: AnswerRule;
  /** Checked after the answer; only in cases that need effects. */
  readonly handled?: Expectation | undefined;
  /** Sends this many at once. Default 1. */
  readonly copies?: number | undefined;
  /** Arms the handler to fail on this delivery first. */
  readonly failFirst?: boolean | undefined;
}

/** What a scripted case can use: everything that steps use, and bare connections. */
export interface ScriptContext {
  readonly deliveries: DeliveryFactory;
  readonly timing: Timing;
  /** Sends one request. Like `open` and `answer`, it ends the script when the run is stopped meanwhile. */
  send(message: WireRequest): Promise<EndpointAnswer>;
  /** Opens a connection that is kept alive. */
  open(): Promise<Connection>;
  /** Waits for the next answer on an open connection. */
  answer(connection: Connection, method?: string): Promise<EndpointAnswer>;
  /** Notes a problem that was seen in a whole answer; the case fails with it, even when the run is stopped before its end. */
  note(problem: string): void;
  /** Runs steps one after another, or all at once; resolves with what was wrong. */
  run(steps: readonly Step[], order?: 'sequence' | 'together'): Promise<string | undefined>;
}

/** A case as data. Either `steps` or `script`. */
export interface CaseDefinition extends CaseInfo {
  /** True when the level does not depend on it: it needs something not everyone can give. */
  readonly optional?: boolean | undefined;
  readonly steps?: ((deliveries: DeliveryFactory, timing: Timing) => readonly Step[]) | undefined;
  /** Resolves with what was wrong, or undefined. */
  readonly script?: ((context: ScriptContext) => Promise<string | undefined>) | undefined;
}

/** A case without what the cases of its group have in common. */
export type OwnDefinition = Omit<CaseDefinition, Common> & Partial<Pick<CaseDefinition, Common>>;
type Common = 'family' | 'level' | 'needs' | 'reference';

/** The cases of a group as whole definitions; a case may differ from what the group has in common. */
export function casesOf(
  common: Pick<CaseDefinition, 'family' | 'level'> & Partial<CaseDefinition>,
  cases: readonly OwnDefinition[],
): readonly CaseDefinition[] {
  return cases.map((own) => ({ needs: [], reference: GUIDE.signatures, ...common, ...own }));
}

/** Where demands come from. */
export const GUIDE = {
  signatures: 'VideoCloud webhook guide, "Подписи вебхуков"',
  security: 'VideoCloud webhook guide, "Рекомендации по безопасности"',
  events: 'VideoCloud webhook guide, "Типы событий"',
  payloads: 'VideoCloud webhook guide, "Полезная нагрузка вебхуков"',
  retries: 'VideoCloud webhook guide, "Обработка ошибок и повторные попытки"',
} as const;

/** A genuine delivery: signed over the very bytes sent. */
export function genuine(
  deliveries: DeliveryFactory,
  body: Uint8Array = deliveries.body(),
  different: Partial<WireRequest> = {},
): WireRequest {
  return request(body, { headers: deliveries.headers(body), ...different });
}

/** A request whose signature header (if any) is given. */
export function claiming(
  body: Uint8Array,
  headers: readonly Header[],
  different: Partial<WireRequest> = {},
): WireRequest {
  return request(body, { headers: [...CONTENT, ...headers], ...different });
}

/** The signature header with this value. */
export function signature(value: string): Header {
  return [SIGNATURE, value];
}

/** A step that sends a genuine delivery, which must be accepted. */
export function good(
  deliveries: DeliveryFactory,
  label = 'a genuine delivery',
  body: Uint8Array = deliveries.body(),
  more: Partial<Step> = {},
): Step {
  return { label, request: genuine(deliveries, body), accept: accepted, ...more };
}

/** A step that shows that the endpoint still works after the steps before it. */
export function alive(deliveries: DeliveryFactory): Step {
  return good(deliveries, 'a genuine delivery afterwards');
}

/** A step that sends a forgery, which must be refused. */
export function forged(label: string, message: WireRequest, more: Partial<Step> = {}): Step {
  return { label, request: message, accept: refused, ...more };
}
