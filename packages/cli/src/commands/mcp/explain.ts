import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { readCaptured } from '@videocloud/local-web/captures';
import { diagnose } from '@videocloud/webhooks/doctor';
import * as z from 'zod';
import { usage } from '../../failure.js';
import { deliveryIn } from '../../input/delivery.js';
import { readSecrets } from '../../input/secrets.js';
import type { Io } from '../../io.js';
import { addTool, type Calls, requireVariable } from './tool.js';

const MAX_BODY = 1024 * 1024;
const MAX_CAPTURE = 4 * 1024 * 1024;

const BODY = `\`body\` must be the exact text of the raw body, at most ${MAX_BODY} characters: a parsed object has lost its bytes`;
const SIGNATURE = '`signature` must be the text of the header X-VideoCloud-Signature, at most 4096 characters';
const CAPTURE = `\`capture\` must be the text of a captured request, at most ${MAX_CAPTURE} characters`;

/** `explain_request`: what `explain` finds. */
export function addExplainTool(server: McpServer, calls: Calls): void {
  addTool(
    server,
    calls,
    {
      name: 'explain_request',
      title: 'Explain why a delivery was refused',
      description:
        'Finds out why the signature of a webhook delivery does not match, with proof where computing proves it, and the fix. ' +
        'Give `body` and `signature`, or `capture`. The secret is VIDEOCLOUD_WEBHOOK_SECRET of this server’s environment, never an input.',
      input: {
        body: z.string(BODY).max(MAX_BODY, BODY).optional().describe('The raw body as text, byte for byte as received'),
        signature: z
          .string(SIGNATURE)
          .max(4_096, SIGNATURE)
          .optional()
          .describe('The header X-VideoCloud-Signature; "" when it was absent. A capture has its own'),
        capture: z
          .string(CAPTURE)
          .max(MAX_CAPTURE, CAPTURE)
          .optional()
          .describe(
            'A whole request: raw HTTP, a curl, PowerShell or fetch command, HAR, Lambda event, or a line of `listen --json`',
          ),
      },
      output: {
        valid: z.boolean().describe('Whether the signature matches these bytes'),
        bodyBytes: z.number().describe('The length of the body that was judged'),
        causes: z
          .array(
            z.object({
              code: z.string(),
              proof: z.string().describe('proven or possible'),
              message: z.string(),
              fix: z.string(),
            }),
          )
          .describe('All findings, the most certain first'),
      },
    },
    async ({ body, signature, capture }, { io }) => {
      const text = body ?? capture;
      if (text === undefined || (body !== undefined && capture !== undefined)) {
        throw usage('give either `body` with `signature`, or `capture`');
      }
      // As bytes it would become another text, and a verdict about that would be false.
      if (/\p{Cs}/u.test(text))
        throw usage('the text holds half of a character (a lone surrogate): it is not what was received');
      // Judged as a body, a request in its place would blame the secret.
      if (body !== undefined && isRequest(body)) throw usage('`body` holds a whole request: give it as `capture`');
      const secrets = await secretsOf(io);
      const delivery = deliveryIn(Buffer.from(text), { raw: body !== undefined }, signature);
      const { valid, causes } = await diagnose({ ...delivery, secrets });
      return { valid, bodyBytes: delivery.body.length, causes: [...causes] };
    },
  );
}

function isRequest(text: string): boolean {
  if (!/x-videocloud-signature/i.test(text)) return false;
  try {
    return readCaptured(Buffer.from(text)).form === 'request';
  } catch {
    return false;
  }
}

/** The secrets of the environment; nobody is asked. */
export async function secretsOf(io: Io): Promise<string[]> {
  requireVariable(io, 'VIDEOCLOUD_WEBHOOK_SECRET', 'the signing secret of the webhook');
  return readSecrets(io, {});
}
