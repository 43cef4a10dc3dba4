import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Inbox, InboxOptions } from '@videocloud/webhooks-inbox';
import { isNamed, usage } from '../../failure.js';

type InboxPackage = Pick<typeof import('@videocloud/webhooks-inbox'), 'openInbox'>;

const NAME = '@videocloud/webhooks-inbox';

/**
 * Opens an inbox with the package beside this program or, where that lacks `pg` or `bullmq`, with the one of the current folder.
 *
 * The packages of an engine are optional: a CLI that was installed globally or runs through npx has none, the project has them.
 *
 * @throws Failure naming both places and the install line when neither has them; else what `openInbox` throws
 */
export async function openInboxFrom(
  folder: string,
  url: string,
  options: InboxOptions,
  own: () => Promise<InboxPackage> = () => import('@videocloud/webhooks-inbox'),
): Promise<Inbox> {
  try {
    return await (await own()).openInbox(url, options);
  } catch (error) {
    if (!isMissing(error) || /^file:/i.test(url)) throw error;
    const project = await packageOf(folder);
    if (project === undefined) throw notFound(error, folder);
    return await project.openInbox(url, options).catch((second: unknown) => {
      throw isMissing(second) ? notFound(second, folder) : second;
    });
  }
}

/** The inbox package that a project has installed; undefined where it has none. */
async function packageOf(folder: string): Promise<InboxPackage | undefined> {
  try {
    const path = createRequire(join(folder, 'package.json')).resolve(NAME);
    return (await import(pathToFileURL(path).href)) as InboxPackage;
  } catch {
    return undefined;
  }
}

const isMissing = (error: unknown): error is { message: string } =>
  isNamed(error, 'InboxError') && (error as { code?: unknown }).code === 'engine_missing';

function notFound({ message }: { message: string }, folder: string): Error {
  const beside = fileURLToPath(new URL('..', import.meta.url));
  const packages = /npm install (.+)$/.exec(message)?.[1] ?? '';
  return usage(
    `the packages of this inbox are neither beside this program (${beside}) nor in this folder (${folder}): npm install ${NAME} ${packages}`,
  );
}
