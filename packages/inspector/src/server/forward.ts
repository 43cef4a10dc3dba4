import type { Sender } from '@videocloud/webhooks-sender';

// A schedule has an end; this only bounds one that a caller made absurdly long.
const MOST_ATTEMPTS = 1_000;

/** Moves the virtual clock to the next attempt of a delivery; false when there is none. */
export async function toNextAttempt(sender: Sender, deliveryId: string): Promise<boolean> {
  const due = sender.delivery(deliveryId)?.nextAttemptAt;
  if (due === undefined) return false;
  await sender.advance(Math.max(0, Date.parse(due) - sender.clock().now));
  return true;
}

/** Moves the virtual clock until each of several has made the attempt it waits for. */
export async function allToNextAttempt(sender: Sender, deliveryIds: readonly string[]): Promise<void> {
  const due = deliveryIds.flatMap((id) => sender.delivery(id)?.nextAttemptAt ?? []).map((at) => Date.parse(at));
  if (due.length > 0) await sender.advance(Math.max(0, Math.max(...due) - sender.clock().now));
}

/** Moves the virtual clock until the delivery has succeeded or used up its attempts. */
export async function toEnd(sender: Sender, deliveryId: string): Promise<void> {
  for (let made = 0; made < MOST_ATTEMPTS; made++) {
    if (sender.delivery(deliveryId)?.status !== 'pending' || !(await toNextAttempt(sender, deliveryId))) return;
  }
}

/**
 * Lets a virtual clock flow with real time, besides being moved; the function given back ends that. Of moves that fail one
 * after another, the first is reported.
 */
export function flow(sender: Sender, everyMs: number, onError: (error: unknown) => void): () => void {
  let last = performance.now();
  let moving = false;
  let failing = false;
  const timer = setInterval(() => {
    if (moving) return;
    const now = performance.now();
    const passed = Math.floor(now - last);
    last += passed;
    moving = true;
    sender
      .advance(passed)
      .then(
        () => {
          failing = false;
        },
        (error: unknown) => {
          if (!failing) onError(error);
          failing = true;
        },
      )
      .finally(() => {
        moving = false;
      });
  }, everyMs).unref();
  return () => clearInterval(timer);
}
