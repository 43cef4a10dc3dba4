import type { Issue } from './envelope.js';
import { validateEvent } from './type-guards.js';
import type { KnownEvent } from './types.js';

/** The part of Standard Schema v1 that {@link eventSchema} implements. */
export interface EventSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (
      value: unknown,
    ) => { readonly value: KnownEvent; readonly issues?: undefined } | { readonly issues: readonly Issue[] };
    readonly types?: { readonly input: KnownEvent; readonly output: KnownEvent } | undefined;
  };
}

/**
 * The catalog as a Standard Schema, for validators, routers and form libraries that take one.
 *
 * @example
 * ```ts
 * import { eventSchema } from '@videocloud/webhooks';
 *
 * const result = await eventSchema['~standard'].validate({ event: 'video.deleted' });
 * console.log(result.issues ? result.issues[0]?.message : result.value.event);
 * ```
 * @see https://standardschema.dev
 */
export const eventSchema: EventSchema = {
  '~standard': {
    version: 1,
    vendor: 'videocloud',
    validate(value) {
      const result = validateEvent(value);
      return result.ok ? { value: result.event } : { issues: result.issues };
    },
  },
};
