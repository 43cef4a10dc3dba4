import { envelope } from './fault-parts.js';
import type { Fault } from './faults.js';
import { RIGHT, reply } from './reference-receiver.js';

/** Faults in judging what a signed body holds. */
export const ENVELOPE: readonly Fault[] = [
  {
    name: 'refuses events it does not know',
    caughtBy: 'envelope.unknown-event',
    also: ['envelope.inherited-name', 'envelope.long-strings', 'effects.odd-at-most-once'],
    stages: {
      screen: (value) =>
        RIGHT.screen(value) ??
        (/^(?:video\.(?:uploaded|processed|published|updated|deleted)|user|engagement|system|comment)/.test(
          envelope(value).event,
        )
          ? undefined
          : reply(400)),
    },
  },
  {
    name: 'refuses names missing from the subscribable list',
    caughtBy: 'envelope.delivered-names',
    stages: {
      screen: (value) =>
        RIGHT.screen(value) ??
        (/^(?:user\.registered|comment\.created)$/.test(envelope(value).event) ? reply(400) : undefined),
    },
  },
  {
    name: 'looks handlers up in a plain object',
    caughtBy: 'envelope.inherited-name',
    stages: { screen: (value) => RIGHT.screen(value) ?? (envelope(value).event in {} ? reply(500) : undefined) },
  },
  {
    name: 'validates payloads strictly',
    caughtBy: 'envelope.odd-payload',
    stages: {
      screen: (value) =>
        RIGHT.screen(value) ??
        (envelope(value).event === 'video.processed' &&
        envelope(value).data &&
        !Array.isArray(envelope(value).data) &&
        typeof envelope(value).data === 'object' &&
        (typeof envelope(value).data.status !== 'string' ||
          (envelope(value).data.formats as unknown[]).some(
            (format) => typeof (format as { url?: unknown } | null)?.url !== 'string',
          ))
          ? reply(422)
          : undefined),
    },
  },
  {
    name: 'refuses members it does not know',
    caughtBy: 'envelope.extra-members',
    stages: { screen: (value) => RIGHT.screen(value) ?? ('apiVersion' in envelope(value) ? reply(422) : undefined) },
  },
  {
    name: 'knows two statuses',
    caughtBy: 'envelope.open-values',
    stages: {
      screen: (value) =>
        RIGHT.screen(value) ?? (envelope(value).data?.status === 'partially_ready' ? reply(422) : undefined),
    },
  },
  {
    name: 'knows one form of timestamp',
    caughtBy: 'envelope.timestamp-forms',
    stages: {
      screen: (value) =>
        RIGHT.screen(value) ?? (/[+]03:00$/.test(String(envelope(value).timestamp)) ? reply(422) : undefined),
    },
  },
  {
    name: 'crashes on invalid JSON',
    caughtBy: 'envelope.invalid-json',
    also: ['envelope.no-bytes', 'envelope.not-utf8', 'effects.odd-at-most-once'],
    stages: {
      parse: (raw) => {
        try {
          return RIGHT.parse(raw);
        } catch (error) {
          throw error instanceof SyntaxError ? new Error('crash') : error;
        }
      },
    },
  },
  {
    name: 'crashes on null',
    caughtBy: 'envelope.not-an-object',
    stages: { screen: (value) => (value === null ? reply(500) : RIGHT.screen(value)) },
  },
  {
    name: 'crashes on bytes that are not UTF-8',
    caughtBy: 'envelope.not-utf8',
    stages: {
      parse: (raw) => {
        try {
          return RIGHT.parse(raw);
        } catch (error) {
          throw error instanceof TypeError ? new Error('crash') : error;
        }
      },
    },
  },
  {
    name: 'crashes without data',
    caughtBy: 'envelope.missing-members',
    stages: { screen: (value) => RIGHT.screen(value) ?? (envelope(value).data === undefined ? reply(500) : undefined) },
  },
  {
    name: 'crashes on data of another type',
    caughtBy: 'envelope.wrong-members',
    stages: { screen: (value) => RIGHT.screen(value) ?? (envelope(value).data === null ? reply(500) : undefined) },
  },
  {
    name: 'recurses into nested JSON',
    caughtBy: 'envelope.deep-nesting',
    stages: {
      parse: (raw) => {
        if (/(?:\[|\{"a":){1000}/.test(raw.toString('latin1')))
          throw new RangeError('Maximum call stack size exceeded');
        return RIGHT.parse(raw);
      },
    },
  },
];
