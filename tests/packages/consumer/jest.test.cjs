const { createReceiver, verify, sign } = require('@videocloud/webhooks');
const { diagnose } = require('@videocloud/webhooks/doctor');
const { redisStore } = require('@videocloud/webhooks/stores/redis');
const { fixture, signedBody } = require('@videocloud/webhooks/testing');
const { VideoCloud } = require('@videocloud/webhooks-client');

test('the packages under Jest', async () => {
  const { body, signature } = await signedBody(fixture('video.deleted'), 'secret');
  expect(await verify(body, signature, 'secret')).toEqual({ ok: true, secretIndex: 0 });
  expect(await sign(body, 'secret')).toBe(signature);
  const seen = [];
  const receiver = createReceiver({ secrets: 'secret' }).on('video.*', (event) => void seen.push(event.event));
  expect(await receiver.receive({ body, signature })).toMatchObject({ status: 200 });
  expect(seen).toEqual(['video.deleted']);
  expect((await diagnose({ body, signature, secrets: ' secret' })).causes[0].code).toBe('secret_whitespace');
  expect([typeof redisStore, typeof VideoCloud]).toEqual(['function', 'function']);
});
