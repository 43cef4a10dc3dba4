import { CONTENT, type Forge, SIGNATURE } from '../forge.js';
import type { Answer } from '../http/message.js';
import { type Header, request, type WireRequest } from '../http/message.js';
import type { Line } from '../http/transport.js';
import type { Pace } from '../pace.js';
import type { Family, Level, Need } from '../types.js';
import { accepted, refused, type Verdict } from '../verdicts.js';

/** How often a delivery may have been handled. */
export type Expectation = 'once' | 'never' | 'at most once';

/** One request and what is acceptable. */
export interface Step {
  readonly label: string;
  readonly request: WireRequest;
  readonly accept: Verdict;
  /** Checked after the answer; only in cases that need effects. */
  readonly handled?: Expectation | undefined;
  /** Sends this many at once. Default 1. */
  readonly copies?: number | undefined;
  /** Arms the handler to fail on this delivery first. */
  readonly failFirst?: boolean | undefined;
}

/** What a scripted case may do: everything a step does, and a bare connection. */
export interface Rig {
  readonly forge: Forge;
  readonly pace: Pace;
  /** Sends one request. */
  send(message: WireRequest): Promise<Answer>;
  /** Opens a connection that is kept alive. */
  open(): Promise<Line>;
  /** Waits for the next answer on an open connection. */
  answer(line: Line, method?: string): Promise<Answer>;
  /** Runs steps one after another, or all at once; resolves with what was wrong. */
  run(steps: readonly Step[], order?: 'sequence' | 'together'): Promise<string | undefined>;
}

/** A case as data. Either `steps` or `script`. */
export interface CaseDefinition {
  readonly id: string;
  readonly family: Family;
  readonly title: string;
  /** Why it matters. */
  readonly why: string;
  /** Where the demand comes from. */
  readonly reference: string;
  /** What to change in the receiver when it fails. */
  readonly fix: string;
  readonly level: Level;
  readonly needs: readonly Need[];
  /** True when the level does not depend on it: it needs something not everyone can give. */
  readonly optional?: boolean | undefined;
  readonly steps?: ((forge: Forge, pace: Pace) => readonly Step[]) | undefined;
  /** Resolves with what was wrong, or undefined. */
  readonly script?: ((rig: Rig) => Promise<string | undefined>) | undefined;
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
  forge: Forge,
  body: Uint8Array = forge.body(),
  different: Partial<WireRequest> = {},
): WireRequest {
  return request(body, { headers: forge.headers(body), ...different });
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

/** A step that sends a genuine delivery and wants it taken. */
export function good(
  forge: Forge,
  label = 'a genuine delivery',
  body: Uint8Array = forge.body(),
  more: Partial<Step> = {},
): Step {
  return { label, request: genuine(forge, body), accept: accepted, ...more };
}

/** The proof that the endpoint survived what came before. */
export function alive(forge: Forge): Step {
  return good(forge, 'a genuine delivery afterwards');
}

/** A step that sends a forgery and wants it refused. */
export function forged(label: string, message: WireRequest, more: Partial<Step> = {}): Step {
  return { label, request: message, accept: refused, ...more };
}
