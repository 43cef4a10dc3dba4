/** The body with one letter or digit changed, so that JSON stays JSON. */
export function changedBody(body: Uint8Array): Buffer {
  const copy = Buffer.from(body);
  for (let at = copy.length - 1; at >= 0; at--) {
    const byte = copy[at] ?? 0;
    if ((byte >= 48 && byte < 57) || (byte >= 97 && byte < 122)) {
      copy[at] = byte + 1;
      return copy;
    }
  }
  return Buffer.concat([copy, Buffer.from(' ')]);
}

/**
 * The value of a JSON body in other bytes: compact, or with white space when it was compact.
 *
 * @throws RangeError when the value is nested too deep for `JSON.stringify`
 */
export function reserializedBody(body: Uint8Array, value: unknown): Buffer {
  const compact = JSON.stringify(value);
  // `{}` and `[]` are the same in the first two.
  const forms = [compact, JSON.stringify(value, null, 2), `${compact}\n`].map((form) => Buffer.from(form));
  return forms.find((form) => !form.equals(body)) ?? Buffer.from(body);
}
