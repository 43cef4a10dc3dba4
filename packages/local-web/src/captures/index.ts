export { type Captured, type CaptureOptions, readCaptured } from './captured.js';
export { CaptureError, notUnderstood } from './request.js';
export { decodeUtf8 } from './utf8.js';
