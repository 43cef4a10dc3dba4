import { ApiError, type ApiErrorCode, type FieldIssue } from '@videocloud/local-web/server';

/** What the page's server refuses, in English; the page has these keys in its other language. */
const REFUSALS = {
  no_delivery: 'There is no such delivery.',
  no_webhook: 'There is no such webhook.',
  webhook_gone: 'There is no webhook {id}.',
  no_operation: 'There is no such operation.',
  no_report: 'There is no report: run the kit first.',
  no_kit: 'No conformance kit was given.',
  fault: 'Something went wrong.',
  playing: 'A scenario is being played.',
  searching: 'A search for a mistake is under way.',
  choose_first: 'Choose a subscription first.',
  webhook_failed: 'The subscription is failed: re-activate it first.',
  needs_virtual: 'This scenario needs the virtual clock.',
  api_answered: 'The management API answered {status}.',
  not_object: 'Send a JSON object.',
  not_text: '{field} must be a string.',
  data_not_object: 'data must be an object.',
  event_unknown: 'unknown event {event}; known are {known}.',
  timestamp_bad: 'timestamp must be RFC 3339 with a zone, such as 2024-03-31T12:00:00Z.',
  number_bad: '{field} must be a whole number from 0 to {most}.',
  none_match: 'Nothing matches: there is nothing to export.',
  count_bad: 'count must be an integer from 1 to {most}.',
  count_big: 'count times the size of data is more than {most} bytes: send fewer.',
  fresh_bad: 'fresh must be true or false.',
  mode_unknown: 'mode must be one of {known}.',
  format_unknown: 'format must be one of {known}.',
  ids_bad: 'ids must be a list of 1 to {most} ids.',
  export_big: 'The file would be larger than {most} bytes: export fewer deliveries.',
  not_understood: 'The capture is not understood: {why}',
  signature_needed: 'Paste the whole request, or give the signature beside the body.',
  secret_needed: 'There is no subscription: give the secret.',
  scenario_unknown: 'Known scenarios are {known}.',
  ms_bad: 'ms must be a number of milliseconds, at most a week.',
  to_bad: 'to must be "next" or "end".',
  body_not_json: 'The body must be JSON for this.',
  body_too_deep: 'The body is nested too deep for this.',
  body_not_object: 'The body must be a JSON object for this.',
} as const;

export type RefusalKey = keyof typeof REFUSALS;
export type RefusalValues = Readonly<Record<string, string | number>>;

interface RefusalOptions {
  readonly code?: ApiErrorCode | undefined;
  /** The field it is about. */
  readonly path?: string | undefined;
  readonly values?: RefusalValues | undefined;
}

/** An error of the page's own server: English text, and a key with values that the page translates. */
export class Refusal extends ApiError {
  readonly key: RefusalKey;
  readonly values: RefusalValues;

  constructor(key: RefusalKey, { code = 'validation_failed', path, values = {} }: RefusalOptions = {}) {
    const message = REFUSALS[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
    const details: readonly FieldIssue[] | undefined = path === undefined ? undefined : [{ path, message }];
    super(code, message, details);
    this.name = 'Refusal';
    this.key = key;
    this.values = values;
  }

  override toResponse(): Response {
    const { headers, status } = super.toResponse();
    const { code, message, details, key, values } = this;
    const error = { code, message, ...(details && { details }), key, values };
    return new Response(JSON.stringify({ success: false, error }), { status, headers });
  }
}

export const notFound = (key: RefusalKey): Refusal => new Refusal(key, { code: 'not_found' });
