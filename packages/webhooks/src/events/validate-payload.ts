import { PAYLOADS, type Shape } from '../generated/payloads.js';
import type { Issue } from './envelope.js';
import type { DeliveredEventType } from './types.js';

// A hostile payload can be wrong in a million places; a person reads a few.
const MAX_ISSUES = 100;

type Path = readonly (string | number)[];

/** Whether a payload is what the guide shows for this name; anything is, where it shows none. */
export function isPayloadOf(name: DeliveredEventType, data: unknown): boolean {
  return payloadIssues(name, data).length === 0;
}

/** What is wrong with the payload of an event of this name; empty for a right one. */
export function payloadIssues(name: DeliveredEventType, data: unknown): Issue[] {
  const issues: Issue[] = [];
  const shape = Object.hasOwn(PAYLOADS, name) ? PAYLOADS[name] : undefined;
  if (shape !== undefined) collect(shape, data, [], 'data', issues);
  return issues;
}

/** `key` is apart from the path to it: a member that is right costs no path. */
function collect(shape: Shape, value: unknown, parent: Path, key: string | number, issues: Issue[]): void {
  if (issues.length >= MAX_ISSUES) return;
  const types = typeof shape === 'string' ? shape : isList(shape) ? 'array' : 'object';
  if (!hasType(types, value)) {
    issues.push({ message: value === undefined ? 'is required' : `must be ${types}`, path: [...parent, key] });
    return;
  }
  if (typeof shape === 'string') return;
  const path = [...parent, key];
  const members = value as { readonly [key: string | number]: unknown };
  if (isList(shape)) {
    const { length } = value as unknown[];
    for (let at = 0; at < length; at++) collect(shape[0], members[at], path, at, issues);
  } else for (const name in shape) collect(shape[name] ?? '', members[name], path, name, issues);
}

function hasType(types: string, value: unknown): boolean {
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return type === types || types.split(',').includes(type);
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}
