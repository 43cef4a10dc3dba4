import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import * as z from 'zod';
import { usage } from '../../failure.js';
import { runCheck } from '../check.js';
import { secretsOf } from './explain.js';
import { loopbackUrl } from './loopback.js';
import { addTool, type Calls, shown, TIME_LIMIT_MS } from './tool.js';

const MAX_DETAIL = 400;
const URL_TEXT = '`url` must be the URL of an endpoint on this machine, such as http://localhost:3000/webhooks';

/** `check_endpoint`: what `check --fast` reports, of an endpoint on this machine. */
export function addCheckTool(server: McpServer, calls: Calls): void {
  let running = false;
  addTool(
    server,
    calls,
    {
      name: 'check_endpoint',
      title: 'Check a local endpoint',
      description:
        'Runs the conformance kit against a webhook endpoint on this machine, in up to 45 seconds. It sends genuine sample ' +
        'deliveries, which the endpoint’s handlers handle, and forged and broken ones, which it must reject. Signed with VIDEOCLOUD_WEBHOOK_SECRET.',
      input: {
        url: z.string(URL_TEXT).max(2_000, URL_TEXT).describe('http://localhost:PORT/path; loopback addresses only'),
      },
      output: {
        level: z.string().describe('What is proven: none, verifies, safe or reliable'),
        target: z.string(),
        passed: z.number(),
        failed: z.number(),
        skipped: z.number(),
        interrupted: z.boolean(),
        failures: z.array(
          z.object({ id: z.string(), title: z.string(), detail: z.string(), fix: z.string(), reference: z.string() }),
        ),
        notProven: z.array(z.string()).describe('What this run could not show; flags are those of the command `check`'),
      },
    },
    async ({ url }, { io, signal, progress }) => {
      const [secret = ''] = await secretsOf(io);
      const target = await loopbackUrl(url);
      if (running) throw usage('a check is running: wait for its result');
      running = true;
      let done = 0;
      try {
        const report = await runCheck(target, {
          secret,
          fast: true,
          timeLimit: TIME_LIMIT_MS - 5_000,
          signal,
          onResult: ({ id, status }) => progress(++done, `${id}: ${status}`),
        });
        const { level, passed, failed, skipped, interrupted, notProven } = report;
        const failures = report.results
          .filter(({ status }) => status === 'failed')
          .map(({ id, title, detail, fix, reference }) => ({
            id,
            title,
            detail: shown(detail ?? '', MAX_DETAIL),
            fix: fix ?? '',
            reference: reference ?? '',
          }));
        return {
          level,
          target: report.target,
          passed,
          failed,
          skipped,
          interrupted,
          failures,
          notProven: [...notProven],
        };
      } finally {
        running = false;
      }
    },
  );
}
