// The reader of captures works on Node's Buffer. In a browser the `buffer` package stands in, in this worker only.
import { Buffer } from 'buffer/';

Object.assign(globalThis, { Buffer });
