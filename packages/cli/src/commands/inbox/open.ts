import type { Inbox } from '@videocloud/webhooks-inbox';
import type { Command } from 'commander';
import { Failure, isNamed, reasonOf, remote, usage } from '../../failure.js';
import { harmless, type Io, note } from '../../io.js';
import { requireSqlite } from '../../require-sqlite.js';
import { withJson } from '../options.js';
import { openInboxFrom } from './load-inbox.js';

const MISUSE: readonly unknown[] = ['engine_missing', 'engine_unsupported', 'inbox_missing'];

export interface InboxCommandOptions {
  readonly json?: boolean;
  readonly inbox?: string;
  readonly name?: string;
}

/** Which inbox. */
export function withInbox(command: Command): Command {
  return withJson(
    command
      .option('--inbox <url>', 'the inbox: file:inbox.db, postgres://… or redis://… (or INBOX_URL)')
      .option('--name <name>', 'the name it was opened with, when that was not the default'),
  );
}

/** Runs `work` with the inbox that the options name, and closes it. */
export async function callInbox<T>(
  io: Io,
  options: InboxCommandOptions,
  work: (inbox: Inbox) => Promise<T>,
): Promise<T> {
  const url = options.inbox ?? io.env.INBOX_URL ?? '';
  if (url === '') throw usage('no inbox: give --inbox URL or set INBOX_URL');
  requirePlace(url);
  let inbox: Inbox | undefined;
  try {
    const onError = (error: unknown) => note(io, `note: ${harmless(reasonOf(error))}`);
    // With a wrong URL or name an empty inbox would be made, and look healthy.
    inbox = await openInboxFrom(process.cwd(), url, { name: options.name, create: false, onError });
    return await work(inbox);
  } catch (error) {
    throw failureOf(error);
  } finally {
    await inbox?.close();
  }
}

/** What can be said without opening it. */
function requirePlace(url: string): void {
  if (url === ':memory:' || url === 'file::memory:') {
    throw usage('an inbox in memory is only in the process that opened it: give the URL of a file or a server');
  }
  if (/^file:/i.test(url)) requireSqlite('inbox');
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const code = (error as { code?: unknown } | null)?.code;
  const misuse = isNamed(error, 'TypeError') || MISUSE.includes(code);
  if (misuse) return usage(messageOf(error));
  // An InboxError names the fix itself; its cause is the engine's.
  return remote(isNamed(error, 'InboxError') ? messageOf(error) : `the inbox failed: ${reasonOf(error)}`);
}

function messageOf(error: unknown): string {
  return String((error as { message?: unknown } | null)?.message ?? error);
}
