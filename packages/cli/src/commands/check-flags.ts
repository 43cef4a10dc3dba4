import type { Report } from '@videocloud/webhooks-conformance';

// The kit names its own options; whoever runs `check` has flags.
const FLAGS: readonly (readonly [option: string, flag: string])[] = [
  ['`effects`', '`--effects`'],
  ['`failNext`', '`--fail-next`'],
  ['`previousSecret`', 'a second `--secret-file`'],
  ['`only`', '`--only`'],
  ['`skip`', '`--skip`'],
];

/** A text of the kit with the flags of `check` in place of the kit's options. */
export function inFlags(text: string): string {
  return FLAGS.reduce((said, [option, flag]) => said.replaceAll(option, flag), text).replace(
    / Name it \(hosts: .*--i-own-this-host\)\./s,
    ' Say that you own it with --i-own-this-host.',
  );
}

/** The report, with flags in what it says of cases that did not run. */
export function reportInFlags(report: Report): Report {
  return {
    ...report,
    notProven: report.notProven.map(inFlags),
    results: report.results.map((result) =>
      result.status === 'skipped' && result.detail !== undefined
        ? { ...result, detail: inFlags(result.detail) }
        : result,
    ),
  };
}
