import type { Cause } from '@videocloud/webhooks/doctor';

/** The text of a cause; an empty fix is the framework's own. */
export type CauseText = Pick<Cause, 'message' | 'fix'>;
