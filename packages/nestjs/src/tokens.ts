import { Inject } from '@nestjs/common';

/** The name of a module that was given none. */
export const DEFAULT_NAME = 'default';

/** What `forRoot` or `forRootAsync` was given. */
export const GIVEN_OPTIONS = Symbol.for('VideoCloudWebhooksModule given options');
// Its text is in Nest's error when the module is imported without `forRoot`.
export const OPTIONS = Symbol.for('the options of VideoCloudWebhooksModule.forRoot() or forRootAsync()');
export const NAMED_RECEIVER = Symbol.for('VideoCloudWebhooksModule receiver and name');
export const GUARD = Symbol.for('VideoCloudSignatureGuard options');

/**
 * The injection token of a module's receiver, for `app.get(…)` and `inject`.
 *
 * @param name the `name` of the module; without it the module that has none
 * @example
 * ```ts
 * import type { INestApplicationContext } from '@nestjs/common';
 * import type { Receiver } from '@videocloud/webhooks';
 * import { videoCloudReceiver } from '@videocloud/webhooks-nestjs';
 *
 * export const eventTypes = (app: INestApplicationContext) => app.get<Receiver>(videoCloudReceiver()).eventTypes();
 * ```
 */
export function videoCloudReceiver(name: string = DEFAULT_NAME): symbol {
  return Symbol.for(`VideoCloudReceiver (${name})`);
}

/**
 * Injects the receiver of a module: for `inbox.process(receiver)`, `eventTypes()` or `dispatch`.
 *
 * @param name the `name` of the module; without it the module that has none
 * @returns a parameter decorator
 * @example
 * ```ts
 * import { Injectable } from '@nestjs/common';
 * import type { Receiver } from '@videocloud/webhooks';
 * import { InjectVideoCloudReceiver } from '@videocloud/webhooks-nestjs';
 *
 * @Injectable()
 * export class Subscriptions {
 *   constructor(@InjectVideoCloudReceiver() private readonly receiver: Receiver) {}
 *
 *   events = () => this.receiver.eventTypes();
 * }
 * ```
 */
export function InjectVideoCloudReceiver(name?: string): ReturnType<typeof Inject> {
  return Inject(videoCloudReceiver(name));
}
