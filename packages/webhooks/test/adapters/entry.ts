// What the contract is run on.

export interface Call {
  route: string;
  what: string;
  event: string | null;
  sha256?: string;
}

/** A real server of a real framework with the entry under test mounted. */
export interface Mounted {
  port: number;
  /** What its receivers and handlers have done so far. */
  calls(): readonly Call[] | Promise<readonly Call[]>;
  close(): Promise<void>;
}

export interface Entry {
  name: string;
  mount(): Promise<Mounted>;
  /** A plain receiver; it answers every method. */
  path: string;
  /** A receiver with `onUnhandled`. */
  tolerant: string;
  /** Behind `verifyWebhook`, answers `seen(delivery)`. */
  verify?: string;
  /** Routes with a body parser in front, and the fix the answer must name. */
  parsed: readonly { title: string; path: string; fix: RegExp; contentType?: string }[];
  /** The framework answers other methods itself before the handler is asked: with which statuses. */
  ownMethods?: readonly number[];
  /** The platform reads the whole body before the entry gets any of it: what bounds its time is the platform's. */
  buffered?: boolean;
  /** The host parses JSON before the entry is asked, and answers itself what it cannot parse. */
  parsesFirst?: boolean;
}
