import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InboxActivity, InboxOperations } from '../../records/types.js';
import type { InboxStats } from '../../types.js';

/** What the board needs of an inbox; every inbox of `openInbox` has it. */
export interface BoardInbox extends InboxOperations {
  stats(): Promise<InboxStats & InboxActivity>;
}

/** The options of `createBoard`. */
export interface BoardOptions {
  /**
   * Decides who may open the page; called for every request, before anything else is done. Only `true` lets it pass.
   *
   * `false` in its place leaves the page open to everybody who can reach it: for a page behind a login of your own.
   */
  readonly authorize: ((request: Request) => boolean | Promise<boolean>) | false;
  /** Where the page is mounted, such as `/admin/inbox`; default: the root. */
  readonly basePath?: string | undefined;
  /** Refuses every retry, discard, pause and resume; default `false`. */
  readonly readOnly?: boolean | undefined;
  /** Observes what the inbox or `authorize` throws; default `console.error`. */
  readonly onError?: ((error: unknown) => unknown) | undefined;
}

/** The operations page of an inbox, to be mounted. Made by {@link createBoard}. */
export interface Board {
  /** For Hono, Next and whatever speaks Fetch. It may be passed on by itself. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** For `node:http`, Express and Koa. It may be passed on by itself, and never rejects. */
  readonly node: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

/** Checked options, defaults filled in. */
export interface BoardSettings {
  readonly authorize: BoardOptions['authorize'];
  /** Without a slash at the end; empty for the root. */
  readonly basePath: string;
  readonly readOnly: boolean;
  readonly report: (error: unknown) => void;
}

const KNOWN = ['authorize', 'basePath', 'readOnly', 'onError'];
const PATH = /^(?:\/[\w.~%@!$&'()*+,;=:-]+)*\/?$/;
const METHODS = ['list', 'get', 'retry', 'discard', 'pause', 'resume', 'stats'] as const;

/** The options with defaults, or a TypeError that names the fix. */
export function settingsOf(options: BoardOptions): BoardSettings {
  const given: unknown = options;
  for (const name of Object.keys(typeof given === 'object' && given !== null ? given : {})) {
    if (!KNOWN.includes(name)) throw new TypeError(`createBoard has no option '${name}'; it has ${KNOWN.join(', ')}`);
  }
  const { authorize, basePath = '', readOnly = false, onError = logError } = options ?? {};
  if (typeof authorize !== 'function' && authorize !== false) {
    throw new TypeError(
      'createBoard needs authorize, a function (request) => boolean that lets operators in; ' +
        'authorize: false leaves the page open to everybody who can reach it',
    );
  }
  if (typeof basePath !== 'string' || !PATH.test(basePath)) {
    throw new TypeError(
      `basePath must be the path the board is mounted at, such as '/admin/inbox', not ${JSON.stringify(basePath)}`,
    );
  }
  if (typeof readOnly !== 'boolean') throw new TypeError(`readOnly must be true or false, not ${String(readOnly)}`);
  if (typeof onError !== 'function') throw new TypeError('onError must be a function');
  return {
    authorize,
    basePath: basePath.replace(/\/$/, ''),
    readOnly,
    report: (error) => {
      new Promise((resolve) => resolve(onError(error))).catch(() => undefined);
    },
  };
}

/** The inbox, or a TypeError that names the fix. */
export function boardInbox(given: unknown): BoardInbox {
  const inbox = given as Partial<BoardInbox> | null | undefined;
  if (!METHODS.every((name) => typeof inbox?.[name] === 'function')) {
    throw new TypeError('createBoard takes an inbox: createBoard(await openInbox(url), { authorize })');
  }
  return inbox as BoardInbox;
}

function logError(error: unknown): void {
  console.error("The webhook inbox's board:", error);
}
