const webhooks = require('@videocloud/webhooks');
const { diagnose } = require('@videocloud/webhooks/doctor');
const { fixture } = require('@videocloud/webhooks/testing');

test('loads where nothing can be verified', () => {
  expect([typeof TextEncoder, typeof crypto.subtle]).toEqual(['undefined', 'undefined']);
  expect([typeof webhooks.verify, typeof diagnose, typeof fixture]).toEqual(['function', 'function', 'function']);
  expect(() => webhooks.createReceiver({ secrets: () => 'secret' })).not.toThrow();
});
