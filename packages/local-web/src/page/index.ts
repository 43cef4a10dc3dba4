export { decodeUtf8 as utf8 } from '../captures/utf8.js';
export { messageOf } from '../error-message.js';
export { type BytesAround, bytesAround, firstDifference, withMarks } from './byte-diff.js';
export {
  dateTime,
  duration,
  fromBase64,
  hexDump,
  prettyJson,
  relative,
  span,
  type Token,
  time,
  toBase64,
  visible,
} from './format.js';
export { fill, type Language, type Values } from './language.js';
export { SHARED_TEXTS, type SharedKey, type SharedText } from './shared-texts.js';
