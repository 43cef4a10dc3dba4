import { PAYLOADS, type Shape } from '../generated/payloads.js';
import type { Issue } from './envelope.js';
import type { DeliveredEventType } from './types.js';

// A hostile payload can be wrong in a million places; a person reads a few.
const MAX_ISSUES = 100;

type Path = readonly (string | number)[];

/** Whether a payload is what the guide shows for this name; anything is, where it shows none. */
export function isPayloadOf(name: DeliveredEventType, data: unknown): boolean {
  const shape = shapeOf(name);
  return shape === undefined || fits(shape, data);
}

/** What is wrong with the payload of an event of this name; empty for a right one. */
export function payloadIssues(name: DeliveredEventType, data: unknown): Issue[] {
  const issues: Issue[] = [];
  const shape = shapeOf(name);
  if (shape !== undefined && !fits(shape, data)) collect(shape, data, ['data'], issues);
  return issues;
}

function shapeOf(name: string): Shape | undefined {
  return Object.hasOwn(PAYLOADS, name) ? PAYLOADS[name] : undefined;
}

function fits(shape: Shape, value: unknown): boolean {
  if (typeof shape === 'string') return hasType(shape, value);
  if (isList(shape)) {
    if (!Array.isArray(value)) return false;
    // Not every(), which skips the holes of a sparse array.
    for (const item of value) if (!fits(shape[0], item)) return false;
    return true;
  }
  if (!isObject(value)) return false;
  for (const name in shape) if (!fits(shape[name] ?? '', value[name])) return false;
  return true;
}

function collect(shape: Shape, value: unknown, path: Path, issues: Issue[]): void {
  if (issues.length >= MAX_ISSUES) return;
  if (typeof shape === 'string') {
    if (!hasType(shape, value)) issues.push({ message: `must be ${shape}`, path });
  } else if (isList(shape)) {
    if (!Array.isArray(value)) issues.push({ message: 'must be array', path });
    else
      for (let n = 0; n < value.length && issues.length < MAX_ISSUES; n++)
        collect(shape[0], value[n], [...path, n], issues);
  } else if (!isObject(value)) issues.push({ message: 'must be object', path });
  else
    for (const name in shape) {
      const member = value[name];
      if (member !== undefined) collect(shape[name] ?? '', member, [...path, name], issues);
      else if (issues.length < MAX_ISSUES) issues.push({ message: 'is required', path: [...path, name] });
    }
}

function hasType(types: string, value: unknown): boolean {
  const type = value === null ? 'null' : typeof value;
  return type === types || types.split(',').includes(type);
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
