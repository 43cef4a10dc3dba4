import type { EndpointAnswer } from './http/message.js';

/** Which answers are acceptable, in code and in the words of a report. */
export interface AnswerRule {
  readonly says: string;
  test(answer: EndpointAnswer): boolean;
}

const within = (from: number, to: number) => (answer: EndpointAnswer) =>
  answer.status !== null && answer.status >= from && answer.status <= to;
const success = within(200, 299);
const clientError = within(400, 499);
const closed = (answer: EndpointAnswer) => answer.failure === 'closed';

/** The protocol: any 2xx is success, everything else, redirects included, is failure. */
export const accepted: AnswerRule = { says: 'a 2xx', test: success };

/** A forgery is the sender's fault: a 4xx. A 2xx is a breach, a 5xx says that the receiver broke on it. */
export const refused: AnswerRule = { says: 'a 4xx', test: clientError };

/** As {@link refused}, for requests that servers may also cut off. */
export const refusedOrClosed: AnswerRule = {
  says: 'a 4xx, or a closed connection',
  test: (answer) => clientError(answer) || closed(answer),
};

/** As {@link refusedOrClosed}, before so many bytes of the body had been taken. */
export const refusedBefore = (bytes: number): AnswerRule => ({
  says: `a 4xx, or a closed connection, before ${bytes / 1_048_576} MiB are taken`,
  test: (answer) => refusedOrClosed.test(answer) && (answer.bodySent ?? 0) < bytes,
});

/** Deliveries are POSTs: a 4xx, or the 501 of RFC 9110, section 15.6.2. */
export const notADelivery: AnswerRule = {
  says: 'a 4xx or 501',
  test: (answer) => clientError(answer) || answer.status === 501,
};

/** Genuinely signed but not a proper event: accepting and refusing are both right, breaking is not. */
export const noCrash: AnswerRule = {
  says: 'a 2xx or 4xx, not a crash',
  test: (answer) => success(answer) || clientError(answer),
};

/** A copy while another is being handled: done, or "try again". */
export const acceptedOrBusy: AnswerRule = {
  says: 'a 2xx, or 409, 423, 425, 429 or 503 to be retried',
  test: (answer) => success(answer) || [409, 423, 425, 429, 503].includes(answer.status ?? 0),
};

/** A handler that failed must not be acknowledged. */
export const askedToRetry: AnswerRule = {
  says: 'anything but a 2xx, so that the sender retries',
  test: (answer) => !success(answer) && answer.failure !== 'timeout',
};

/** Nothing is demanded of this answer; a later step looks at what it led to. */
export const anything: AnswerRule = { says: 'anything', test: () => true };
