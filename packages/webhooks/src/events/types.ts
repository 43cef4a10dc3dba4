import type { ALIASES } from '../generated/catalog.js';
import type { EventDataMap as GeneratedDataMap } from '../generated/schemas.js';
import type { DeliveredEventType, EventType } from '../protocol/events.js';

export type { DeliveredEventType, EventType };

/** The payloads that the guide shows; `unknown` for the others, so that any type of an application is compatible. */
type ShownDataMap = {
  [T in keyof GeneratedDataMap]: string extends keyof GeneratedDataMap[T] ? unknown : GeneratedDataMap[T];
};

/**
 * The payload (`data`) of each delivered name. What the guide does not show is `unknown` here, and in an event an open object.
 *
 * An interface, so that an application can describe what the guide does not show by module augmentation.
 */
export interface EventDataMap extends ShownDataMap {}

/** A payload that the guide does not show: an object with any members. */
export interface OpenData {
  [member: string]: unknown;
}

type DataOf<T extends DeliveredEventType> = EventDataMap[T] extends object ? EventDataMap[T] : OpenData;

/** One event of a cataloged name, with its payload typed. */
export type KnownEvent = {
  [T in DeliveredEventType]: { event: T; timestamp: string; data: DataOf<T> };
}[DeliveredEventType];

/** The event of exactly this name (no alias is applied). */
export type EventOf<T extends DeliveredEventType> = Extract<KnownEvent, { event: T }>;

// `event: string`, branded or not, would stop `switch (e.event)` from narrowing the union below; an ambient enum does
// not, is assignable to string, and emits no code. It is not exported: nobody can write its member.
declare enum UnknownEventName {
  value = '',
}

/** An event whose name is not in the catalog: read the name as `(e.event as string)`. */
export interface UnknownEvent {
  event: UnknownEventName;
  timestamp: string;
  data: OpenData;
}

/** An event that VideoCloud can deliver; `switch (e.event)` narrows `e.data`. */
export type WebhookEvent = KnownEvent | UnknownEvent;

type Aliases = typeof ALIASES;
type NameOrAlias<T> = T | (T extends keyof Aliases ? Aliases[T] : never);

/** What `receiver.on` can be given: a delivered name, a group, or everything cataloged. */
export type EventPattern = DeliveredEventType | 'video.*' | 'user.*' | 'engagement.*' | 'system.*' | '*';

/** The delivered names a pattern matches, aliases included. */
export type MatchedName<P> = P extends '*'
  ? DeliveredEventType
  : P extends `${infer Group}.*`
    ? NameOrAlias<Extract<EventType, `${Group}.${string}`>>
    : NameOrAlias<P & DeliveredEventType>;

/** The events a handler registered for pattern `P` gets. */
export type HandledEvent<P> = Extract<KnownEvent, { event: MatchedName<P> }>;
