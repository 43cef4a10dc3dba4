import { noCrash } from '../answer-rules.js';
import type { DeliveryFactory, GenuineEvent } from '../delivery-factory.js';
import { DELIVERED_EVENTS } from '../protocol.js';
import {
  alive,
  type CaseDefinition,
  casesOf,
  claiming,
  forged,
  GUIDE,
  genuine,
  good,
  type OwnDefinition,
  type Step,
  signature,
} from './define.js';

const SWITCH_OFF =
  'A non-2xx is sent again five times with the same bytes and then switches the whole subscription off.';
const TAKE = 'Answer 2xx to every correctly signed event, and log or store what you do not handle.';
const CATCH = 'Catch what parsing and reading a signed body can throw, and answer 400 (or keep it and answer 200).';
const BROKEN =
  'A 5xx is a crash somebody did not think of, retried six times; a signed body proves its origin, not its form.';

type Labeled<T> = (deliveries: DeliveryFactory) => readonly (readonly [label: string, value: T])[];
type Described = Pick<OwnDefinition, 'id' | 'title' | 'reference'>;
type Acknowledged = Described & { why: string; events: Labeled<GenuineEvent> };

/** Signed events that must be acknowledged though nothing handles them. */
function acknowledged({ events, ...own }: Acknowledged): OwnDefinition {
  return {
    reference: GUIDE.retries,
    ...own,
    fix: TAKE,
    steps: (deliveries) => events(deliveries).map(([label, event]) => good(deliveries, label, deliveries.body(event))),
  };
}

/** Signed bodies that are no proper event and must not break anything. */
function survived({ bodies, ...own }: Described & { bodies: Labeled<Uint8Array> }): OwnDefinition {
  return {
    reference: 'RFC 8259',
    ...own,
    why: BROKEN,
    fix: CATCH,
    level: 'safe',
    steps: (deliveries) => [
      ...bodies(deliveries).map(
        ([label, body]): Step => ({ label, request: genuine(deliveries, body), accept: noCrash }),
      ),
      alive(deliveries),
    ],
  };
}

const text = (json: string) => Buffer.from(json);
const labeled = (texts: readonly string[]) =>
  texts.map((json) => [json === '' ? 'no bytes' : json, text(json)] as const);
const with_ = (event: GenuineEvent, members: Record<string, unknown>) => ({ ...event, ...members });

function without(event: GenuineEvent, member: string): Buffer {
  return text(JSON.stringify(Object.fromEntries(Object.entries(event).filter(([key]) => key !== member))));
}

/** What is signed and odd: acknowledged where it is an event, survived where it is not. */
export const envelopeCases: readonly CaseDefinition[] = casesOf({ family: 'envelope', level: 'reliable' }, [
  acknowledged({
    id: 'envelope.delivered-names',
    title: 'all 15 delivered event names are acknowledged',
    why: SWITCH_OFF,
    events: (deliveries) => DELIVERED_EVENTS.map((name) => [name, deliveries.event(name)]),
    reference: GUIDE.events,
  }),
  acknowledged({
    id: 'envelope.unknown-event',
    title: 'an event name added later is acknowledged',
    why: SWITCH_OFF,
    events: (deliveries) => [
      ['video.archived', deliveries.event('video.archived')],
      ['billing.invoice.paid', deliveries.event('billing.invoice.paid')],
      ['x', deliveries.event('x')],
    ],
  }),
  acknowledged({
    id: 'envelope.inherited-name',
    title: 'an event named like an inherited member is acknowledged',
    why: `handlers[event.event] finds Object.prototype.toString and calls it. ${SWITCH_OFF}`,
    events: (deliveries) =>
      ['toString', 'constructor', '__proto__', 'hasOwnProperty', '__class__'].map((name) => [
        JSON.stringify(name),
        deliveries.event(name),
      ]),
  }),
  acknowledged({
    id: 'envelope.odd-payload',
    title: 'a known event with an unexpected payload is acknowledged',
    why: SWITCH_OFF,
    events: (deliveries) => [
      ['an empty payload', { ...deliveries.event(), data: {} }],
      ['members of other types', deliveries.event('video.processed', { status: 7, formats: 'none' })],
      ['members that are null', deliveries.event('video.uploaded', { title: null, size: null })],
      ['an array where an object was', deliveries.event('video.processed', { formats: [[], null, 1] })],
    ],
  }),
  acknowledged({
    id: 'envelope.extra-members',
    title: 'members the guide does not show are accepted',
    why: `New members appear without notice. ${SWITCH_OFF}`,
    events: (deliveries) => [
      ['in the envelope', with_(deliveries.event(), { apiVersion: 2, meta: { region: 'eu' } })],
      ['in the payload', deliveries.event(undefined, { chapters: [{ at: 0 }], hdr: true })],
    ],
  }),
  acknowledged({
    id: 'envelope.open-values',
    title: 'values the guide does not show are accepted',
    why: `Statuses and qualities are added over time. ${SWITCH_OFF}`,
    events: (deliveries) => [
      ['a new status', deliveries.event('video.processed', { status: 'partially_ready' })],
      [
        'a new quality',
        deliveries.event('video.processed', {
          formats: [{ quality: '8K', url: 'https://stream.videocloud.com/v/1/8k', size: 1 }],
        }),
      ],
      ['a fractional number', deliveries.event('video.processed', { processingTime: 0.25 })],
    ],
  }),
  acknowledged({
    id: 'envelope.timestamp-forms',
    title: 'every form of an RFC 3339 timestamp is accepted',
    why: SWITCH_OFF,
    events: (deliveries) => {
      const seconds = deliveries.timestamp().slice(0, 19);
      return [
        ['fractions of a second', with_(deliveries.event(), { timestamp: `${seconds}.123456Z` })],
        [
          'an offset',
          with_(deliveries.event(), { timestamp: `${deliveries.timestamp(3 * 3_600_000).slice(0, 19)}+03:00` }),
        ],
        ['a lower-case t and z', with_(deliveries.event(), { timestamp: `${seconds}Z`.toLowerCase() })],
      ];
    },
    reference: 'RFC 3339, section 5.6',
  }),
  survived({
    id: 'envelope.invalid-json',
    title: 'signed bytes that are not JSON break nothing',
    bodies: (deliveries) =>
      labeled([
        '{',
        '{"event":',
        'event=video.processed',
        "{'event':'x'}",
        '{"a":1}{"b":2}',
        'NaN',
        '{"a":01}',
        '<event/>',
        `${deliveries.body().toString('utf8')}}`,
      ]),
  }),
  survived({
    id: 'envelope.no-bytes',
    title: 'a signed empty body breaks nothing',
    bodies: () => labeled(['', ' ', '\n']),
  }),
  survived({
    id: 'envelope.not-an-object',
    title: 'signed JSON that is not an object breaks nothing',
    bodies: () => labeled(['null', 'true', '42', '"video.processed"', '[]', '[{"event":"video.processed"}]', '{}']),
  }),
  survived({
    id: 'envelope.not-utf8',
    title: 'signed bytes that are not UTF-8 break nothing',
    bodies: (deliveries) => [
      ['a stray byte', Buffer.from(deliveries.bodyWith('"\u00e9"').toString('utf8'), 'latin1')],
      ['UTF-16', Buffer.from(deliveries.body().toString('utf8'), 'utf16le')],
      ['overlong and surrogate bytes', Buffer.from([0x7b, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xff, 0x7d])],
      ['every byte', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
    ],
    reference: 'RFC 8259, section 8.1',
  }),
  survived({
    id: 'envelope.missing-members',
    title: 'a signed envelope without a member breaks nothing',
    bodies: (deliveries) =>
      ['event', 'timestamp', 'data'].map((member) => [`no ${member}`, without(deliveries.event(), member)]),
    reference: GUIDE.payloads,
  }),
  survived({
    id: 'envelope.wrong-members',
    title: 'a signed envelope with members of wrong types breaks nothing',
    bodies: (deliveries) =>
      [
        { event: 7 },
        { event: null },
        { event: ['video.processed'] },
        { event: { name: 'x' } },
        { timestamp: 1711886400 },
        { timestamp: 'yesterday' },
        { timestamp: '2024-13-45T99:99:99Z' },
        { data: null },
        { data: 'x' },
        { data: [] },
      ].map((members) => [JSON.stringify(members), text(JSON.stringify(with_(deliveries.event(), members)))]),
    reference: GUIDE.payloads,
  }),
  survived({
    id: 'envelope.deep-nesting',
    title: 'signed JSON nested 50 000 deep breaks nothing',
    bodies: (deliveries) => [
      ['arrays', text('['.repeat(50_000) + ']'.repeat(50_000))],
      ['objects in the payload', deliveries.bodyWith(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`)],
    ],
    reference: 'RFC 8259, section 9',
  }),
  survived({
    id: 'envelope.long-strings',
    title: 'signed members of unusual length break nothing',
    bodies: (deliveries) => [
      ['an event name of 100 000 characters', deliveries.body(deliveries.event('v'.repeat(100_000)))],
      ['a number of 10 000 digits', deliveries.bodyWith('9'.repeat(10_000))],
      [
        '50 000 members',
        deliveries.bodyWith(JSON.stringify(Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`k${n}`, n])))),
      ],
    ],
  }),
  {
    id: 'envelope.unsigned-broken',
    title: 'broken bodies without a right signature are refused, not crashed on',
    why: 'Whatever runs before the signature check is open to everybody.',
    reference: GUIDE.security,
    fix: 'Verify before parsing; where a framework parses first, let its errors become 4xx.',
    level: 'safe',
    steps: (deliveries) => [
      ...[
        ['not JSON', text('{')],
        ['deep nesting', text('['.repeat(50_000))],
        ['not UTF-8', Buffer.from([0xff, 0xfe, 0x00])],
        ['no bytes', Buffer.alloc(0)],
        ['null', text('null')],
      ].map(([label, body]) => forged(String(label), claiming(Buffer.from(body ?? ''), [signature('f'.repeat(64))]))),
      alive(deliveries),
    ],
  },
]);
