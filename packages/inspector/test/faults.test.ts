import { createSender, type Sender } from '@videocloud/webhooks-sender';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createInspector, type InspectorOptions } from '../src/index.js';

/** An inspector of a real sender, some of whose work fails. */
function inspectorOf(broken: Partial<Sender>, options: Partial<InspectorOptions> = {}) {
  const sender = createSender({ clock: 'virtual' });
  const inspector = createInspector({ sender: { ...sender, ...broken }, ...options });
  onTestFinished(async () => {
    await inspector.close();
    await sender.close();
  });
  return { sender, inspector };
}

const disk = new Error('the disk is full');
const fails = () => Promise.reject(disk);

it('faults are logged where nobody asked for them', async () => {
  const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  onTestFinished(() => logged.mockRestore());
  const { inspector } = inspectorOf(
    {
      secretOf: () => {
        throw disk;
      },
    },
    { flowing: false },
  );
  const request = new Request('http://localhost/api/webhooks/whk_1/secret', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect((await inspector.fetch(request)).status).toBe(500);
  expect(logged.mock.calls).toEqual([['The webhook inspector:', disk]]);
});

it('a clock that cannot flow is said once, until it flows again', async () => {
  const errors: unknown[] = [];
  let moves = 0;
  const advance = () => (++moves === 4 ? Promise.resolve() : fails());
  inspectorOf({ advance }, { onError: (error) => errors.push(error) });
  await expect.poll(() => moves).toBeGreaterThan(6);
  expect(errors).toEqual([disk, disk]);
});

it('an index that failed is made at the next delivery', async () => {
  const errors: unknown[] = [];
  let runs = 0;
  const indexDeliveries = () => (++runs === 1 ? fails() : Promise.resolve());
  const { sender } = inspectorOf({ indexDeliveries }, { flowing: false, onError: (error) => errors.push(error) });
  await sender.fetch(
    new Request('http://localhost/webhooks', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: 'https://a.test/', events: ['video.deleted'], secret: 'a-secret-of-the-test' }),
    }),
  );
  await expect
    .poll(async () => {
      await sender.emit({ event: 'video.deleted', data: {} });
      return runs;
    })
    .toBeGreaterThan(1);
  expect(errors).toEqual([disk]);
});

it('a server that was not listening yet when all was closed is closed too', async () => {
  const { inspector } = inspectorOf({}, { flowing: false });
  const listening = inspector.listen();
  await inspector.close();
  await expect(listening).rejects.toThrow('It was closed before it listened');
});
