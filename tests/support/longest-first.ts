import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The slowest files, the slowest first: one that began last would run alone at the end. */
const LONGEST = [
  'adapters/realms/',
  'end-to-end/examples.test.ts',
  'conformance/test/mutants-',
  'docs/snippets',
  'adapters/next.test.ts',
  'inbox/test/postgres.test.ts',
  'inbox/test/load-peer.test.ts',
  'cli/test/subscriptions.test.ts',
];

/** Starts the slowest test files first. Vitest would go by its cache, which a fresh clone has not. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((part) => moduleId.includes(part));
      return at < 0 ? LONGEST.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
