/** Whether an address is of a page that runs under a content security policy of its own: nothing may leave it. */
export function isIsolated(path: string): boolean {
  return /\/test\/why-did-my-signature-fail(?:\.html|\.md)?$/.test(path.replace(/[?#].*$/s, ''));
}
