// Named one by one: a type taken from the table would carry every text into the published declarations.
export type BodyCauseCode =
  | 'body_reserialized'
  | 'body_already_parsed'
  | 'body_empty'
  | 'body_truncated'
  | 'body_altered'
  | 'body_newline_added'
  | 'body_newline_stripped'
  | 'body_space_added'
  | 'body_space_stripped'
  | 'body_line_endings_changed'
  | 'body_bom_added'
  | 'body_bom_stripped'
  | 'body_double_encoded'
  | 'body_charset_changed'
  | 'body_unicode_normalized'
  | 'body_html_escaped'
  | 'body_json_encoded_twice'
  | 'body_json_decoded'
  | 'body_form_encoded'
  | 'body_form_decoded'
  | 'body_base64_encoded'
  | 'body_base64_decoded'
  | 'body_hex_encoded'
  | 'body_bytes_as_json'
  | 'body_wrapped'
  | 'body_compressed'
  | 'body_decompressed'
  | 'body_trailing_bytes'
  | 'body_repeated'
  | 'body_chunk_framed'
  | 'body_with_headers';

/** What happened to the body; an empty fix stands for the framework's way to the raw bytes. */
export const BODY_CAUSES: Readonly<Record<BodyCauseCode, { readonly message: string; readonly fix: string }>> = {
  body_reserialized: {
    message:
      'The body is not the bytes that were sent, but the same JSON value in another spelling, as a parser and JSON.stringify leave it: white space, member order, escapes, numbers or the newline at the end differ.',
    fix: '',
  },
  body_already_parsed: {
    message: 'The body is a value, not the bytes that were sent: no signature can be checked over it.',
    fix: '',
  },
  body_empty: {
    message: 'There are no bytes to check: the body is missing or empty, as when something read the stream first.',
    fix: '',
  },
  body_truncated: {
    message: 'The body was cut: its end is missing.',
    fix: 'Raise the body limit of your parser or proxy, wait for the end of the stream, and keep no fixed-size buffer or text column in between.',
  },
  body_altered: {
    message: 'The body has another length than the request declared.',
    fix: '',
  },
  body_newline_added: {
    message: 'A newline was added at the end of the body.',
    fix: "Hash the bytes themselves: `echo`, editors and `curl -d @file` habits add newlines; write with printf '%s' and send with --data-binary.",
  },
  body_newline_stripped: {
    message: 'A newline that was part of the signed bytes was stripped from the body.',
    fix: 'Do not trim the body, read it by lines or send it with `curl -d` (use --data-binary).',
  },
  body_space_added: {
    message: 'White space was added around the body.',
    fix: 'Hash the bytes as received; templates and log files add white space around them.',
  },
  body_space_stripped: {
    message: 'White space at the end of the signed bytes was stripped from the body.',
    fix: 'Do not trim the body before hashing it.',
  },
  body_line_endings_changed: {
    message: 'The line endings of the body were changed or removed (LF and CRLF).',
    fix: 'Treat the body as binary: no text mode, no git autocrlf on fixtures, no line-wise reading.',
  },
  body_bom_added: {
    message: 'A byte order mark was put in front of the body.',
    fix: 'Write captured bodies without a byte order mark, and hash the bytes as received.',
  },
  body_bom_stripped: {
    message: 'The signed bytes begin with a byte order mark, which was stripped.',
    fix: 'Hash bytes, not text: Request.text() and most decoders drop a byte order mark; use arrayBuffer().',
  },
  body_double_encoded: {
    message: 'The body was encoded to UTF-8 twice: its bytes were once read in a single-byte character set.',
    fix: 'Read the body as bytes; do not decode it as latin1, binary or windows-125x before hashing.',
  },
  body_charset_changed: {
    message: 'The body was converted to another character set.',
    fix: 'Read the body as bytes, without a character set; the platform signs UTF-8.',
  },
  body_unicode_normalized: {
    message: 'The text of the body was put into another Unicode normal form.',
    fix: 'Do not call normalize() on the body, or store it where that is done, before hashing.',
  },
  body_html_escaped: {
    message: 'The body was escaped for HTML.',
    fix: 'Switch input sanitizing off for the webhook route, or hash the bytes before it.',
  },
  body_json_encoded_twice: {
    message: 'The body was put through JSON.stringify although it was text already.',
    fix: 'Hash the text itself: pass the string on as it is.',
  },
  body_json_decoded: {
    message: 'A JSON string was signed, and the body is its content.',
    fix: 'The sender stringified twice: send exactly the bytes that were signed.',
  },
  body_form_encoded: {
    message: 'The body was form-encoded (application/x-www-form-urlencoded) on the way.',
    fix: 'Let the gateway pass the body through; send it with --data-binary and Content-Type: application/json.',
  },
  body_form_decoded: {
    message: 'The body was decoded as a form (application/x-www-form-urlencoded).',
    fix: 'Keep express.urlencoded() and its like off the webhook route; send Content-Type: application/json.',
  },
  body_base64_encoded: {
    message: 'The body is the base64 of what was signed.',
    fix: 'Decode it first: API gateways hand over base64 (isBase64Encoded) when a body counts as binary.',
  },
  body_base64_decoded: {
    message: 'The base64 of the body was signed, not the body.',
    fix: 'The sender must sign exactly the bytes it sends.',
  },
  body_hex_encoded: {
    message: 'The body is a hex dump of what was signed.',
    fix: 'Decode the hex first; hash the bytes.',
  },
  body_bytes_as_json: {
    message: 'The body is a byte array that was put through JSON.stringify.',
    fix: 'Pass the bytes themselves: never JSON.stringify a Buffer or Uint8Array.',
  },
  body_wrapped: {
    message: 'The signed body is a member of this document: a gateway or queue wrapped it.',
    fix: 'Take the inner body out and hash that (event.body, Message, payload …), not the document around it.',
  },
  body_compressed: {
    message: 'The body is still compressed; what was signed is the inflated body.',
    fix: 'Inflate it before hashing, or have the proxy in front stop compressing requests.',
  },
  body_decompressed: {
    message: 'The compressed bytes were signed, and the body was inflated on the way.',
    fix: 'Hash the bytes before inflating: express.raw() and proxies inflate by themselves (option inflate: false).',
  },
  body_trailing_bytes: {
    message: 'Something was appended after the end of the signed body.',
    fix: 'Hash only the bytes that were received: Buffer.subarray(0, length), not the whole buffer it was read into.',
  },
  body_repeated: {
    message: 'The body is in the buffer twice.',
    fix: "Collect every chunk once; look for two listeners on 'data', or a buffer shared by two requests.",
  },
  body_chunk_framed: {
    message: 'The framing of Transfer-Encoding: chunked is still in the body.',
    fix: 'Let an HTTP parser read the request, or remove the chunk sizes first.',
  },
  body_with_headers: {
    message: 'HTTP headers are still in front of the body.',
    fix: 'Hash only what follows the blank line.',
  },
};
