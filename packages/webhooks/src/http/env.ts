import { functionOption } from '../option-values.js';
import type { VerifyOptions } from '../receiver/options.js';
import { resolveVerifySettings } from '../receiver/settings.js';
import { Verifier } from '../receiver/verify.js';

/**
 * Gives the environment of a request: `context.env` of handlers, and `env` of providers of secrets and stores.
 *
 * A method's type, which takes a function of the framework's own request too: `(req: express.Request) => …`.
 */
export type ReadEnv<Source, Env> = { read(source: Source): Env }['read'];

/** The environment of one request, read when it is asked for; undefined where the user gave no `env`. */
export function bindEnv<Source>(
  readEnv: ReadEnv<Source, unknown> | undefined,
  source: Source,
): (() => unknown) | undefined {
  return readEnv && (() => readEnv(source));
}

/** The last argument of an adapter: `{ env }` is required where the receiver's handlers expect an environment. */
export type EnvArgument<Source, Env, More = unknown> = unknown extends Env
  ? [options?: More & { env?: ReadEnv<Source, Env> | undefined }]
  : [options: More & { env: ReadEnv<Source, Env> }];

/**
 * The verifier of `verifyWebhook` and `requestVerifier`, and what gives it the environment.
 *
 * @param where the function that the user called, for error messages
 * @throws TypeError for an unknown or impossible option, blank or missing secrets
 */
export function verifierFor<Source, Env>(
  where: string,
  options: VerifyOptions<Env> & { env?: ReadEnv<Source, Env> | undefined },
  known: readonly string[] = ['env'],
): { verifier: Verifier; readEnv: ReadEnv<Source, Env> | undefined } {
  // Inside, `env` is opaque: it is only passed on to functions that the same `Env` came from.
  const settings = resolveVerifySettings(where, options as unknown as VerifyOptions, known);
  return { verifier: new Verifier(settings), readEnv: functionOption('env', options.env) };
}
