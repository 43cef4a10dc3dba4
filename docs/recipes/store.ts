import type { Claim, IdempotencyStore } from '@videocloud/webhooks';

export interface Row {
  readonly token: string | null;
  readonly attempt: number;
  readonly done: boolean;
  readonly leaseUntil: number;
  /** How long it was to be remembered when the last claim was taken: completing never shortens that. */
  readonly promisedUntil: number;
  readonly expiresAt: number;
  readonly version: string;
}

/** All that a database must do: write a row only where it is still the one that was read. */
export interface Table {
  read(key: string): Promise<Row | undefined>;
  /** DynamoDB: PutItem with a ConditionExpression on version. MongoDB: replaceOne({ _id: key, version: old.version }, …). */
  write(key: string, old: Row | undefined, row: Row): Promise<boolean>;
}

export function tableStore(table: Table, now: () => number = Date.now): IdempotencyStore {
  async function change<T>(key: string, step: (row: Row | undefined, at: number) => [T, Omit<Row, 'version'>?]) {
    for (let tries = 0; tries < 20; tries++) {
      const old = await table.read(key);
      const at = now();
      const [result, row] = step(old !== undefined && old.expiresAt > at ? old : undefined, at);
      if (row === undefined) return result;
      if (await table.write(key, old, { ...row, version: crypto.randomUUID() })) return result;
    }
    throw new Error('Too many writers at once'); // answered 503; the platform tries again
  }
  return {
    claim: (key, { leaseMs, ttlMs }) =>
      change<Claim>(key, (row, at) => {
        if (row?.done) return [{ state: 'done' }];
        const left = row?.token == null ? 0 : row.leaseUntil - at;
        if (left > 0) return [{ state: 'in_progress', retryAfterMs: left }];
        const [token, attempt] = [crypto.randomUUID(), (row?.attempt ?? 0) + 1];
        const promisedUntil = row?.expiresAt ?? at;
        const expiresAt = Math.max(at + Math.max(leaseMs, ttlMs), promisedUntil);
        const taken = { token, attempt, done: false, leaseUntil: at + leaseMs, promisedUntil, expiresAt };
        return [{ state: 'claimed', token, attempt }, taken];
      }),
    complete: (key, token, ttlMs) =>
      change(key, (row, at) => {
        if (row === undefined || row.token !== token) return [false];
        return [true, { ...row, token: null, done: true, expiresAt: Math.max(row.promisedUntil, at + ttlMs) }];
      }),
    release: (key, token) =>
      change(key, (row) => (row?.token === token && !row.done ? [true, { ...row, token: null }] : [false])),
  };
}
