export { fixture, type Overrides } from './fixture.js';
export { type SignableEvent, type SignedBody, signedBody, signedRequest } from './signed.js';
