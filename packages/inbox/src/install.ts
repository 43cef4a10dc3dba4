import { InboxError } from './errors.js';

/** Loads an engine's package; a missing one is one clear error with the install line. */
export async function engineOf<T>(load: () => Promise<T>, scheme: string, packages: string): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const { code } = cause as { code?: unknown };
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
    throw new InboxError(
      'engine_missing',
      `A '${scheme}' inbox needs packages that are not installed: npm install ${packages}`,
      {
        cause,
      },
    );
  }
}
