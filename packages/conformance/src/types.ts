/** A body of cases about one concern. */
export type Family = 'signature' | 'bytes' | 'envelope' | 'http' | 'effects' | 'delivery' | 'time' | 'leaks';

/**
 * How much a run proves; each level includes the ones before it.
 *
 * `verifies`: genuine bytes in, forgeries out. `safe`: no side effect, no crash, no leak. `reliable`: at-least-once delivery
 * survived, answered in time.
 */
export type Level = 'verifies' | 'safe' | 'reliable';

/** What a case needs beyond an endpoint: a socket, a count of handled events, a way to make a handler fail, an older secret. */
export type Need = 'wire' | 'effects' | 'failNext' | 'previousSecret';

/** What a case is about, without running it. */
export interface CaseInfo {
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
}

/** The outcome of one case. */
export type Status = 'passed' | 'failed' | 'skipped';

/** A delivery the kit sent, as an effects probe sees it. */
export interface SentDelivery {
  /** The exact bytes of the body. */
  readonly body: Uint8Array;
  /** The envelope's event name, or null when the body is not an envelope. */
  readonly event: string | null;
  /** SHA-256 of the body, as 64 lower-case hex digits: the default deduplication key of the protocol. */
  readonly key: string;
}

/** Says how often the receiver handled one delivery: 0 when it never did. */
export type EffectsFunction = (delivery: SentDelivery) => number | Promise<number>;

/** A program run once a delivery, without a shell; see {@link CheckOptions.effects}. */
export interface ProbeCommand {
  /** The program and its arguments; `{key}` and `{event}` are replaced in arguments. */
  readonly command: readonly [string, ...string[]];
}

/** One case's outcome in a {@link Report}. */
export interface Result {
  readonly id: string;
  readonly family: Family;
  readonly title: string;
  readonly status: Status;
  readonly level: Level;
  /** What was sent and what came back, or why the case was skipped. Never a secret or a signature. */
  readonly detail?: string | undefined;
  /** What to change in the receiver; on failures only. */
  readonly fix?: string | undefined;
  /** Why the protocol demands it; on failures only. */
  readonly why?: string | undefined;
  /** Where the demand comes from; on failures only. */
  readonly reference?: string | undefined;
  /** How long the case took, in milliseconds. */
  readonly durationMs: number;
}

/** What stands between a run and a level. */
export interface LevelStanding {
  readonly level: Level;
  readonly reached: boolean;
  /** Ids of the level's failed cases. */
  readonly failed: readonly string[];
  /** Ids of the level's cases that should have run and did not. */
  readonly unproven: readonly string[];
}

/** The result of {@link checkReceiver}. */
export interface Report {
  /** Number of cases that passed. */
  readonly passed: number;
  /** Number of cases that failed. */
  readonly failed: number;
  /** Number of cases that did not run; each result's `detail` says why. */
  readonly skipped: number;
  readonly results: readonly Result[];
  /** The highest level proven, or `none`. */
  readonly level: Level | 'none';
  /** 0 to 100: cases passed, of those passed, failed or left unproven, rounded down. */
  readonly score: number;
  readonly levels: readonly LevelStanding[];
  /** What this run could not show, in sentences. */
  readonly notProven: readonly string[];
  /** The endpoint, without credentials or query; `in-process function` for a function. */
  readonly target: string;
  /** True when the run was stopped by its signal or its time limit. */
  readonly interrupted: boolean;
  /** Requests sent. */
  readonly requests: number;
  /** How long the run took, in milliseconds. */
  readonly durationMs: number;
}

/** A receiver under test: a URL, or a function from Request to Response run in this process. */
export type Target = string | URL | ((request: Request) => Response | Promise<Response>);

/** Options of {@link checkReceiver}. All durations are milliseconds. */
export interface CheckOptions {
  /** The secret the receiver was set up with: a string (its UTF-8 bytes are the key) or bytes. */
  secret: string | Uint8Array;
  /** An older secret the receiver still accepts, for the rotation case. */
  previousSecret?: string | Uint8Array | undefined;
  /** Shorter pauses and deadlines, for a local endpoint: a whole run takes seconds. */
  fast?: boolean | undefined;
  /**
   * How often the receiver handled a delivery: a function; an http(s) URL, fetched with `?key=…&event=…` and answering a
   * number or `{"count": n}`; or a command printing a number, with the body on its standard input and
   * `VIDEOCLOUD_DELIVERY_KEY` and `VIDEOCLOUD_DELIVERY_EVENT` in its environment. Without it the cases that need it are skipped.
   */
  effects?: EffectsFunction | string | URL | ProbeCommand | undefined;
  /**
   * Makes the handler fail the next time it is given this delivery (function, URL fetched with POST, or command). A throw, an answer other
   * than 2xx or an exit code other than 0 ends the run with `effects_failed`.
   */
  failNext?: ((delivery: SentDelivery) => void | Promise<void>) | string | URL | ProbeCommand | undefined;
  /** Case ids or families to run; others are left out of the report. */
  only?: readonly string[] | undefined;
  /** Case ids or families not to run; they are reported as skipped. */
  skip?: readonly string[] | undefined;
  /** The event name genuine deliveries carry: one the receiver handles. Default `video.processed`. */
  event?: string | undefined;
  /** Longest acceptable answer time. Default 10 000, with `fast` 3 000. */
  deadline?: number | undefined;
  /** Longest run; what did not run by then is skipped, what failed by then stays failed. Default 300 000, with `fast` 60 000. */
  timeLimit?: number | undefined;
  /** Hosts, besides loopback, that may be tested: the exact host names or addresses you answer for. */
  hosts?: readonly string[] | undefined;
  /** Says that you may send hostile requests to the target's host, whatever it is. */
  iOwnThisHost?: boolean | undefined;
  /** Extra request headers, for a tunnel or a gateway in front of the endpoint. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Certificate authorities (PEM) to trust for an https target. */
  ca?: string | undefined;
  /** Stops the run; the report says `interrupted`. */
  signal?: AbortSignal | undefined;
  /** Called after each case. A throw in it ends the run. */
  onResult?: ((result: Result) => void) | undefined;
  /** The clock for envelope timestamps, in milliseconds since the epoch. Default `Date.now`. */
  now?: (() => number) | undefined;
  /** A string unique to the run, put in every body's identifiers. Default a random UUID. */
  nonce?: string | undefined;
}
