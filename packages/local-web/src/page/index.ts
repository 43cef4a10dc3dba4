export { messageOf } from '../error-message.js';
export {
  duration,
  fromBase64,
  hexDump,
  prettyJson,
  span,
  type Token,
  time,
  toBase64,
  utf8,
  visible,
} from './format.js';
export { fill, type Language, type Values } from './language.js';
