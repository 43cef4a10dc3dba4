// The server rejects the request without a look at its signature: its path, method, size, type, rate or connection.
const BEFORE_THE_CHECK: ReadonlySet<number> = new Set([
  404, 405, 407, 408, 410, 413, 414, 415, 421, 425, 426, 429, 431,
]);

/** Whether a status rejects a delivery for what it is, as a receiver answers a forgery. Any other status proves nothing. */
export function rejectsDelivery(status: number): boolean {
  return status >= 400 && status < 500 && !BEFORE_THE_CHECK.has(status);
}
