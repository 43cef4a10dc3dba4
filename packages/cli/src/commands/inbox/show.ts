import { decodeUtf8 } from '@videocloud/local-web/captures';
import type { InboxRecord } from '@videocloud/webhooks-inbox';
import type { Command } from 'commander';
import { EXIT, Failure, usage } from '../../failure.js';
import { harmless, harmlessLines, type Io, print, printJson, table } from '../../io.js';
import { callInbox, type InboxCommandOptions, withInbox } from './open.js';

const MAX_SHOWN = 65_536;
const BYTES_PER_LINE = 16;

interface ShowOptions extends InboxCommandOptions {
  readonly hex?: boolean;
  readonly raw?: boolean;
}

/** `inbox show`: one record with its bytes. */
export function addShow(group: Command, io: Io): void {
  withInbox(group.command('show <id>').description('show a record and its body'))
    .option('--hex', 'the body as hexadecimal bytes')
    .option('--raw', 'only the exact bytes of the body, for a file or a pipe')
    .addHelpText('after', '\nExample:\n  videocloud-webhooks inbox show ID --raw > body.json')
    .action(async (id: string, options: ShowOptions) => {
      if ([options.json, options.hex, options.raw].filter(Boolean).length > 1) {
        throw usage('give one of --json, --hex and --raw');
      }
      if (options.raw && io.stdout.isTTY === true) {
        throw usage('--raw writes what a stranger sent: direct it into a file or a pipe, or use --hex');
      }
      await callInbox(io, options, async (inbox) => {
        const record = await inbox.get(id);
        if (record === null) throw new Failure(EXIT.failed, `no record has the id ${harmless(id, 80)}`);
        if (options.raw) io.stdout.write(record.rawBody);
        else if (options.json) printJson(io, withTextBody(record));
        else print(io, `${describeRecord(record)}\n\n${options.hex ? hexDump(record.rawBody) : bodyText(record)}`);
      });
    });
}

/** As JSON, the bytes are base64; `body` is their text where they are UTF-8. */
function withTextBody({ rawBody, ...info }: InboxRecord): unknown {
  return { ...info, rawBody: Buffer.from(rawBody).toString('base64'), body: decodeUtf8(rawBody) };
}

function describeRecord(record: InboxRecord): string {
  const rows: [string, string | undefined][] = [
    ['id', record.id],
    ['state', record.reason === null ? record.state : `${record.state} (${record.reason})`],
    ['event', record.event ?? 'not an event'],
    ['size', `${record.size} bytes`],
    ['secret', record.secretIndex < 0 ? undefined : `number ${record.secretIndex + 1} of the receiver's`],
    ['attempts', String(record.attempts)],
    ['accepted', timeOf(record.acceptedAt)],
    ['due', timeOf(record.dueAt)],
    ['settled', timeOf(record.settledAt)],
  ];
  const lines = table(rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  return record.error === null ? lines : `${lines}\nerror\n${harmlessLines(record.error)}`;
}

function timeOf(time: number | null): string | undefined {
  return time === null ? undefined : new Date(time).toISOString();
}

/** Indented JSON, or the text as it is; bytes that are no text as hexadecimal. */
function bodyText({ rawBody }: InboxRecord): string {
  const text = decodeUtf8(rawBody);
  return text === undefined ? hexDump(rawBody) : harmlessLines(indented(text), '  ', MAX_SHOWN);
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function hexDump(bytes: Uint8Array): string {
  const shown = bytes.subarray(0, MAX_SHOWN);
  const lines: string[] = [];
  for (let at = 0; at < shown.length; at += BYTES_PER_LINE) {
    const part = shown.subarray(at, at + BYTES_PER_LINE);
    const hex = Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = Array.from(part, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(BYTES_PER_LINE * 3 - 1)}  ${text}`);
  }
  if (bytes.length > shown.length) lines.push(`… (${bytes.length} bytes)`);
  return lines.join('\n');
}
