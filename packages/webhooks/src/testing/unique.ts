/** 64 hex digits, as a deduplication key has. For tests only: some runners' environments have no `crypto`. */
export function uniqueHex(): string {
  const word = () => Math.floor(Math.random() * 2 ** 32).toString(16);
  return Array.from({ length: 8 }, () => word().padStart(8, '0')).join('');
}
