/** A response with its body in memory. */
export function bufferedResponse({ status, statusText, headers: original }: Response, bytes: Uint8Array): Response {
  const headers = new Headers(original);
  // These describe the bytes on the wire; the body here is already decoded.
  headers.delete('content-encoding');
  headers.delete('content-length');
  headers.delete('transfer-encoding');
  const body = status === 204 || status === 205 || status === 304 ? null : new Uint8Array(bytes);
  // Servers may send a reason in UTF-8, which a Response refuses.
  const reason = /^[\t\x20-\x7e\x80-\xff]*$/.test(statusText) ? statusText : '';
  return new Response(body, { status, statusText: reason, headers });
}
