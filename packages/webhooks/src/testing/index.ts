export { testContext } from './context.js';
export { fixture, type Overrides } from './fixture.js';
export { type SignableEvent, type SignedBody, signedBody, signedRequest } from './signed.js';
export { type StoreContractCase, storeContract } from './store-contract.js';
