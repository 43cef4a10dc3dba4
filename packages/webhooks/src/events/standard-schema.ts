import type { Issue } from './envelope.js';

/**
 * The part of Standard Schema v1 that `receiver.on` uses: a schema of Zod, Valibot, ArkType and others.
 *
 * @see https://standardschema.dev
 */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** The result of a Standard Schema's validation. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** One problem, as a Standard Schema reports it. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The output type of a Standard Schema. */
export type SchemaOutput<S extends StandardSchema> = NonNullable<S['~standard']['types']>['output'];

/** A payload that a schema accepted, or its issues. */
export type SchemaVerdict =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly issues: readonly Issue[] };

const MAX_ISSUES = 100;

/** Whether a value is a Standard Schema v1. ArkType's are functions. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  const standard = (value as Partial<StandardSchema> | null | undefined)?.['~standard'];
  return typeof standard === 'object' && standard !== null && typeof standard.validate === 'function';
}

/**
 * Applies a schema to a payload. At most 100 issues, with paths from the event.
 *
 * @throws whatever the schema throws, and TypeError when it returns neither a value nor issues
 */
export async function validateWith(schema: StandardSchema, data: unknown): Promise<SchemaVerdict> {
  const result = await schema['~standard'].validate(data);
  if (result.issues !== undefined && result.issues !== null) {
    return { ok: false, issues: result.issues.slice(0, MAX_ISSUES).map(toIssue) };
  }
  if ('value' in result) return { ok: true, value: result.value };
  throw new TypeError('The schema returned neither a value nor issues');
}

function toIssue({ message, path = [] }: StandardIssue): Issue {
  const keys = path.map((segment) => (typeof segment === 'object' ? segment.key : segment));
  return { message, path: ['data', ...keys.map((key) => (typeof key === 'symbol' ? String(key) : key))] };
}
