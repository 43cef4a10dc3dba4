// The one suite of every runtime: plain ECMAScript and Web APIs, the package by its public name, no test framework.
import { doctor } from './doctor.js';
import { events } from './events.js';
import { spell } from './lines.js';
import { policy } from './policy.js';
import { receiver } from './receiver.js';
import { signatures } from './signatures.js';
import { unpack } from './wire-format.js';

/**
 * @typedef {{
 *   vectors: { body: string, secret: string, signature: string }[],
 *   bodies: Record<string, Uint8Array>,
 *   headers: [string, unknown][],
 *   contract: { title: string, body: Uint8Array, headers: Record<string, string | string[] | undefined> }[],
 *   doctorCases: { name: string, input: import('@videocloud/webhooks/doctor').DiagnoseInput }[],
 * }} Cases
 */

/**
 * @param {unknown} packed the cases, as wire-format.js packs them
 * @returns {Promise<string[]>} `case-id verdict`, one a line
 */
export async function suite(packed) {
  const cases = /** @type {Cases} */ (unpack(packed));
  const lines = [];
  const under = (part) => (id, verdict) =>
    lines.push(`${part}/${id.replace(/\s/g, '-')} ${spell(verdict)}`.replace(/[\r\n\u2028\u2029]/g, ''));
  await signatures(cases, under('signature'));
  await events(cases, under('event'));
  await receiver(cases, under('receiver'));
  await policy(under('policy'));
  await doctor(cases, under('doctor'));
  return lines;
}
