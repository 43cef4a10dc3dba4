import { expect, it } from 'vitest';
import { proof } from './app.mjs';

it('the packages under vitest', async () => {
  const [first, second, seen] = await proof();
  expect([first, second, seen]).toEqual([200, 200, ['video.deleted']]);
});
