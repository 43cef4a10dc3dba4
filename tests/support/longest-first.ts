import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The slowest files, the slowest first: one that began last would run alone at the end. */
const LONGEST = [
  'adapters/realms/',
  'stores/model.test.ts',
  'inbox/test/crash.test.ts',
  'cli/test/subscriptions.test.ts',
  'end-to-end/examples.test.ts',
  'inbox/test/redis.test.ts',
  'inbox/test/postgres.test.ts',
  'inbox/test/load-peer.test.ts',
  'end-to-end/delivery/',
  'stores/contract.test.ts',
  'adapters/next.test.ts',
  'conformance/test/mutants-',
  'docs/snippets',
  'inbox/test/board/page.test.ts',
  'sender/test/delivery/schedule.test.ts',
  'cli/test/listen.test.ts',
  'testing/store-contract.test.ts',
  'inspector/test/hostile.test.ts',
  'inspector/test/list.test.ts',
  'inbox/test/outage.test.ts',
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
