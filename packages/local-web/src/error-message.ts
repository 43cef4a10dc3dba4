/** The message of whatever was thrown. Errors of other realms fail `instanceof`, so the shape decides. */
export function messageOf(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown && typeof thrown.message === 'string')
    return thrown.message;
  return String(thrown);
}
