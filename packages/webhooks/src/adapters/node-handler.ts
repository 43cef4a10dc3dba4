import type { ServerResponse } from 'node:http';
import type { Pipeline } from '../receiver/pipeline.js';
import { type NodeRequest, nodeSignature, readNodeBody, writeOutcome } from './node-body.js';

/** A Node request through the whole pipeline; used by every entry that speaks `IncomingMessage`. */
export function handleNode(pipeline: Pipeline, request: NodeRequest, response: ServerResponse, hint: string): void {
  readNodeBody(pipeline.admission, request, hint, (body) => {
    const outcome = body instanceof Uint8Array ? pipeline.receive(body, nodeSignature(request), {}) : body;
    if (outcome instanceof Promise) outcome.then((settled) => writeOutcome(response, settled));
    else writeOutcome(response, outcome);
  });
}
