import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { EXAMPLES } from '../../src/generated/examples.js';
import { validateEvent } from '../../src/index.js';

// The oracle: Ajv over openapi.yaml itself, which our table is generated from.
const document = parse(readFileSync(new URL('../../../../openapi.yaml', import.meta.url), 'utf8'));
const ajv = new Ajv2020({ strict: false, allErrors: true, strictNumbers: false });
ajv.addSchema(document, 'openapi');
const ORACLES = Object.entries({
  'video.uploaded': 'VideoUploadedData',
  'video.processed': 'VideoProcessedData',
  'user.registered': 'UserRegisteredData',
  'comment.created': 'CommentCreatedData',
} as const).map(([name, schema]) => {
  const validate = ajv.getSchema(`openapi#/components/schemas/${schema}`);
  if (validate === undefined) throw new Error(`no schema ${schema}`);
  return { name: name as keyof typeof EXAMPLES, validate };
});

const junk = fc.oneof(
  fc.constantFrom(undefined, null, '', 'x', 0, -1.5, true, [], {}, [{}], [null], [{ quality: 'x', url: 'y', size: 1 }]),
  fc.jsonValue({ maxDepth: 2 }),
);

describe('the payload table', () => {
  it.each(ORACLES)('judges $name as a JSON Schema validator does', ({ name, validate }) => {
    const good: Record<string, unknown> = { ...EXAMPLES[name].data };
    const members = [...Object.keys(good), 'further', '__proto__', 'constructor'];
    let refused = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...members), junk), { maxLength: 4 }), (changes) => {
        const data = JSON.parse(JSON.stringify({ ...good, ...Object.fromEntries(changes) }));
        const expected = validate(data) === true;
        const result = validateEvent({ event: name, timestamp: '2024-03-31T12:00:00Z', data });
        expect(result.ok).toBe(expected);
        if (result.ok) return;
        refused++;
        const told = result.issues.map(({ path, message }) => `/${path.slice(1).join('/')} ${message}`);
        const ajvTold = (validate.errors ?? []).map(({ instancePath, params, message }) =>
          params.missingProperty === undefined
            ? `${instancePath || '/'} ${message}`
            : `${instancePath}/${params.missingProperty} is required`,
        );
        expect(told.sort()).toEqual(ajvTold.sort());
      }),
      { numRuns: 400 },
    );
    expect(refused).toBeGreaterThan(20);
  });

  it('stops at 100 issues', () => {
    const data = { ...EXAMPLES['video.processed'].data, formats: Array.from({ length: 100_000 }, () => ({})) };
    const result = validateEvent({ event: 'video.processed', timestamp: '2024-03-31T12:00:00Z', data });
    expect(!result.ok && result.issues).toHaveLength(100);
  });

  it('sees the holes of a sparse list', () => {
    const data = { ...EXAMPLES['video.processed'].data, formats: new Array(2) };
    expect(validateEvent({ event: 'video.processed', timestamp: '2024-03-31T12:00:00Z', data }).ok).toBe(false);
  });
});
