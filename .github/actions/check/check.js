// Runs `check` once and writes its report four times: the log, the summary of the job, JUnit and the outputs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  addSummary,
  fail,
  fromPackage,
  given,
  input,
  isOn,
  runCli,
  setOutput,
  withoutCommands,
} from '../shared/cli.js';

const junit = input('JUNIT');
const args = [
  'check',
  ...['--reporter', 'json', '--event', input('EVENT')],
  ...given('--effects', input('EFFECTS')),
  ...given('--fail-next', input('FAIL_NEXT')),
  ...(isOn('FAST') ? ['--fast'] : []),
  ...(isOn('I_OWN_THIS_HOST') ? ['--i-own-this-host'] : []),
  '--',
  input('URL'),
];

const { code, output } = runCli(args, { VIDEOCLOUD_WEBHOOK_SECRET: input('SECRET') });
// Its one line of error is in the log already.
if (code > 1) fail(code);

const report = JSON.parse(output);
const { formatReport } = fromPackage('@videocloud/webhooks-conformance');
withoutCommands(() => process.stdout.write(formatReport(report, 'terminal')));
addSummary(formatReport(report, 'markdown'));
if (junit !== '') {
  mkdirSync(dirname(junit), { recursive: true });
  writeFileSync(junit, formatReport(report, 'junit'));
}
for (const name of ['level', 'passed', 'failed', 'skipped']) setOutput(name, report[name]);
setOutput('junit', junit);
process.exitCode = code;
