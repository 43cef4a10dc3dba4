import { curlOf } from '../../commands.js';
import type { DeliveryView } from '../../protocol.js';

/** A script of bash, zsh or ksh that sends the last attempt of each delivery again, byte for byte. */
export function shellFile(deliveries: readonly DeliveryView[]): string {
  const commands = deliveries.flatMap((delivery) => {
    const attempt = delivery.attempts.at(-1);
    if (attempt === undefined) return [];
    return [`# ${delivery.id}\n${curlOf(attempt, delivery.body, Buffer.from(delivery.body, 'base64'))}\n`];
  });
  return `#!/usr/bin/env bash\n${commands.join('\n')}`;
}
