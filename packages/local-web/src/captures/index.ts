export { type Captured, type CaptureOptions, listRequests, readCaptured } from './captured.js';
export { CaptureError, notUnderstood } from './request.js';
export { decodeUtf8 } from './utf8.js';
