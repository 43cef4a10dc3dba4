// The messages between the page and its server, as JSON.
import type { Diagnosis, Framework } from '@videocloud/webhooks/doctor';
import type { DeliveryRecord, Trigger, WebhookRecord } from '@videocloud/webhooks-sender';
import type { Finding } from './findings.js';

export type { Finding, FindingCode, Found } from './findings.js';

/** Ways to break a request; `exact` sends the edited bytes, correctly signed. */
export const PROBE_MODES = [
  'unsigned',
  'wrong_secret',
  'tampered',
  'reserialized',
  'duplicate',
  'stale',
  'exact',
] as const;
/** One of {@link PROBE_MODES}. */
export type ProbeMode = (typeof PROBE_MODES)[number];

/** What the page can play: several deliveries in order. */
export const SCENARIOS = ['lifecycle', 'storm', 'rotation'] as const;
/** One of {@link SCENARIOS}. */
export type ScenarioName = (typeof SCENARIOS)[number];

/** Files that deliveries can be exported as. */
export const EXPORT_FORMATS = ['har', 'ndjson', 'http', 'curl', 'vitest'] as const;
/** One of {@link EXPORT_FORMATS}. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Files that a conformance report can be written as. */
export const REPORT_FORMATS = ['html', 'junit', 'markdown'] as const;
/** One of {@link REPORT_FORMATS}. */
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** A row of the list: a delivery, or a manual request that belongs to none. */
export interface Item extends DeliveryRecord {
  readonly probe?: ProbeMode;
}

/** What the list can be narrowed to; `probe` is a manual request. */
export const STATUS_FILTERS = ['all', 'success', 'pending', 'failed', 'probe'] as const;

/** What the list of deliveries is narrowed to. */
export interface Filters {
  readonly search: string;
  readonly status: (typeof STATUS_FILTERS)[number];
  /** A name; empty for any. */
  readonly event: string;
}

/** A part of the list, the latest first. */
export interface ListPart {
  /** Rows of the whole list before the first of these. */
  readonly offset: number;
  readonly items: readonly Item[];
  /** Rows that match. */
  readonly total: number;
  /** Rows that there are. */
  readonly all: number;
  /** Where the rows are that the page looks at; of each id that is in the list. */
  readonly places: Readonly<Record<string, number>>;
}

/** Headers as they were sent or received. */
export type HeaderMap = Readonly<Record<string, string | readonly string[]>>;

/** One attempt: request and response. */
export interface AttemptView {
  readonly number: number;
  readonly trigger: Trigger | 'probe';
  readonly startedAt: string;
  readonly durationMs: number;
  readonly request: { readonly url: string; readonly headers: HeaderMap };
  /** Bodies are base64: they need not be text. */
  readonly response?: {
    readonly status: number;
    readonly headers: HeaderMap;
    readonly body: string;
    readonly truncated: boolean;
  };
  readonly error?: { readonly code: string; readonly message: string };
}

/** A delivery or a manual request, with everything the page shows of it. */
export interface DeliveryView extends Item {
  /** The delivered bytes, as base64. */
  readonly body: string;
  /** The signed bytes as base64, where other bytes were delivered. */
  readonly signedBody?: string;
  readonly attempts: readonly AttemptView[];
}

/** The sender's clock. */
export interface ClockView {
  readonly virtual: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly flowing: boolean;
}

/** A conformance case. */
export interface CaseView {
  readonly id: string;
  readonly family: string;
  readonly title: string;
}

/** The result of a conformance case. */
export interface CaseResult extends CaseView {
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly durationMs: number;
  readonly detail?: string | undefined;
  readonly fix?: string | undefined;
  readonly why?: string | undefined;
}

/** A conformance run, as far as it is. */
export interface ConformanceView {
  readonly cases: readonly CaseView[];
  readonly running: boolean;
  readonly webhookId?: string | undefined;
  readonly results: readonly CaseResult[];
  readonly level?: string | undefined;
  readonly score?: number | undefined;
  readonly error?: string | undefined;
  /** Whether there is a report to download. */
  readonly reported?: boolean | undefined;
}

/** What the page needs before anything happens. */
export interface State {
  readonly clock: ClockView;
  readonly webhooks: readonly WebhookRecord[];
  /** Where the management API is served for others, for the calls the page shows. */
  readonly apiUrl: string;
  /** Whether the management API asks for a token; the token itself is never in the page. */
  readonly needsToken: boolean;
  readonly schedule: readonly number[];
  readonly events: readonly { readonly name: string; readonly subscribable: boolean; readonly sample: object }[];
  readonly conformance: ConformanceView | null;
}

/** A message of the live stream; an event holds several. */
export type Live =
  | { readonly type: 'item'; readonly item: Item }
  | { readonly type: 'started'; readonly deliveryId: string }
  | { readonly type: 'webhooks'; readonly webhooks: readonly WebhookRecord[] }
  | { readonly type: 'clock'; readonly clock: ClockView }
  /** Deliveries changed without a message each: those of a webhook that failed or was deleted. */
  | { readonly type: 'outdated' }
  | { readonly type: 'step'; readonly step: ScenarioStep }
  | { readonly type: 'conformance'; readonly conformance: ConformanceView };

/** A step of a scenario that was played. */
export interface ScenarioStep {
  readonly scenario: ScenarioName;
  /** Key of a text of the page. */
  readonly key: string;
  readonly tone: 'run' | 'good' | 'bad' | 'note';
  readonly values?: Readonly<Record<string, string | number>>;
}

/** Why a request was rejected. */
export interface Why {
  /** Undefined for an attempt that went as it should. */
  readonly finding?: Finding | undefined;
  /** Whether the bytes are what `JSON.stringify` makes of their own value: then hashing that instead cannot be the mistake. */
  readonly survivesReserializing: boolean;
  /** Whether the request was rightly signed with the subscription's secret. */
  readonly genuine: boolean;
  /** Whether the built-in endpoint answered, which verifies nothing. */
  readonly canned: boolean;
  /** `error.code` of an answer in this toolkit's style. */
  readonly answerCode?: string | undefined;
  readonly framework?: Framework | undefined;
  /** What the doctor says of the secret or the bytes that were pasted. */
  readonly compared?:
    | (Diagnosis & {
        /** How many bytes were pasted, or sent where none were. */
        readonly bytes: number;
      })
    | undefined;
}

/** An event to send. */
export interface SendInput {
  readonly event: string;
  readonly data: object;
  readonly timestamp?: string | undefined;
  readonly count: number;
  /** A new id for each, so that no receiver takes them for duplicates. */
  readonly fresh: boolean;
}

/** A manual request to send. */
export interface ProbeInput {
  readonly webhookId: string;
  readonly mode: ProbeMode;
  /** Base64. */
  readonly body: string;
}

/** Deliveries to export: these, or the latest that match. */
export type ExportInput = { readonly format: ExportFormat } & (
  | { readonly ids: readonly string[] }
  | { readonly filters: Filters }
);

/** What is known of a request that was pasted. */
export interface Explanation extends Diagnosis {
  /** A whole request, or a body alone. */
  readonly form: 'body' | 'request';
  /** Bytes of the body. */
  readonly bytes: number;
  /** The body as base64. */
  readonly body: string;
  /** Header names and values, the signature's included. */
  readonly headers: HeaderMap;
  /** Which request of the capture this is, from 1. */
  readonly request: number;
  /** The requests of the capture. */
  readonly requests: readonly { readonly number: number; readonly signed: boolean; readonly bytes: number }[];
  /** The subscription whose secret was compared; absent where a secret was pasted. */
  readonly webhookId?: string | undefined;
}
