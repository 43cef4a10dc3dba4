import { createRequire } from 'node:module';
import { reasonOf, usage } from './failure.js';

/**
 * Checks that SQLite can be loaded. Its native part is an optional dependency: only the commands that use it need it, and end
 * with an error that names the fix.
 *
 * Required before anything imports it: Node reports a failure inside such an import a second time, as an unhandled rejection.
 */
export function requireSqlite(verb: string): void {
  try {
    createRequire(import.meta.url)('libsql');
  } catch (error) {
    const platform = `${process.platform}-${process.arch}`;
    const reason = reasonOf(error).split('\n')[0];
    throw usage(
      `\`${verb}\` needs SQLite, whose native part for ${platform} cannot be loaded: install again without --omit=optional (${reason})`,
    );
  }
}
