/** A shorter text would be found in innocent words. */
const SHORTEST = 6;

/** Replaces the secrets of the environment in every text of a value, as a last resort: no tool returns one on purpose. */
export function redactor(env: Readonly<Record<string, string | undefined>>): <T>(value: T) => T {
  const secrets = [env.VIDEOCLOUD_WEBHOOK_SECRET, env.VIDEOCLOUD_API_TOKEN, ...passwordsOf(env.INBOX_URL)]
    .flatMap((secret) => [secret ?? '', (secret ?? '').trim()])
    .filter((secret) => secret.length >= SHORTEST)
    // The longest first: one may be a part of another.
    .sort((one, other) => other.length - one.length);
  const redacted = (value: unknown): unknown => {
    if (typeof value === 'string') return secrets.reduce((text, secret) => text.replaceAll(secret, '[secret]'), value);
    if (Array.isArray(value)) return value.map(redacted);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [redacted(name), redacted(member)]));
  };
  return <T>(value: T) => redacted(value) as T;
}

/** The password in a URL, as it is written and as it is meant. */
function passwordsOf(url: string | undefined): string[] {
  if (url === undefined || !URL.canParse(url)) return [];
  const { password } = new URL(url);
  const written = /:\/\/[^/@]*?:([^@]*)@/.exec(url)?.[1] ?? '';
  try {
    return [password, written, decodeURIComponent(password)];
  } catch {
    return [password, written];
  }
}
