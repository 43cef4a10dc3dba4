/** A delivery whose receiver parsed the body and wrote it again: what the guide's own sample hashes. */
export const EXAMPLE = {
  secret: 'an-example-secret',
  request: [
    'POST /webhooks HTTP/1.1',
    'Host: app.example',
    'Content-Type: application/json',
    'X-VideoCloud-Signature: 8625a69f47285448e04c8740776214dad97c1da6d60a5b1ccbb256b5cd43905f',
    '',
    '{"event":"video.updated","timestamp":"2024-03-31T12:00:00Z","data":{"videoId":"vid_1","title":"Café"}}',
  ].join('\n'),
} as const;
