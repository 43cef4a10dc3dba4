// Runs `subscriptions ensure` with --check, or without it to make the changes.
import { addSummary, fail, input, isOn, runCli, setOutput, withoutCommands } from '../shared/cli.js';

const args = [
  ...['subscriptions', 'ensure'],
  ...(isOn('PRUNE') ? ['--prune'] : []),
  ...(isOn('APPLY') ? [] : ['--check']),
  '--',
  input('FILE'),
];

const { code, output } = runCli(args, {
  VIDEOCLOUD_API_URL: input('API_URL'),
  VIDEOCLOUD_API_TOKEN: input('TOKEN'),
  VIDEOCLOUD_WEBHOOK_SECRET: input('SECRET'),
});
if (code > 1) fail(code);

withoutCommands(() => process.stdout.write(output));
addSummary(`### Webhook subscriptions\n\n\`\`\`text\n${output.replaceAll('`', "'").trimEnd()}\n\`\`\`\n`);
setOutput('drift', code === 1);
process.exitCode = code;
