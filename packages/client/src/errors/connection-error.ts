import { VideoCloudError } from './base.js';

/**
 * No answer came: the name did not resolve, the connection was refused or broke. `cause` is the runtime's error.
 *
 * After `create` or `sendTest` it is not known whether the server acted, unless the connection was refused.
 */
export class VideoCloudConnectionError extends VideoCloudError {
  override readonly name = 'VideoCloudConnectionError';
}
