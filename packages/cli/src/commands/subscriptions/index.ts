import type { Command } from 'commander';
import type { Io } from '../../io.js';
import { addCreate } from './create.js';
import { addDelete } from './delete.js';
import { addDeliveries } from './deliveries.js';
import { addEnsure } from './ensure.js';
import { addHealth } from './health.js';
import { addList } from './list.js';
import { addReactivate } from './reactivate.js';
import { addRotate } from './rotate.js';
import { addTest } from './test.js';
import { addUpdate } from './update.js';

/** `subscriptions …`: the management API, through the typed client. */
export function addSubscriptionsCommand(program: Command, io: Io, exit: (code: number) => void): void {
  const group = program.command('subscriptions').description('manage the webhooks of an account');
  addList(group, io);
  addCreate(group, io);
  addUpdate(group, io);
  addReactivate(group, io);
  addDelete(group, io);
  addDeliveries(group, io);
  addTest(group, io);
  addHealth(group, io, exit);
  addEnsure(group, io, exit);
  addRotate(group, io);
}
