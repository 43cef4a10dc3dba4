import type { Command } from 'commander';
import type { Io } from '../../io.js';
import { addChange } from './change.js';
import { addList } from './list.js';
import { addPause } from './pause.js';
import { addShow } from './show.js';
import { addStats } from './stats.js';
import { addUi } from './ui.js';
import { addWatch } from './watch.js';

/** `inbox …`: what an operator does to a durable inbox. */
export function addInboxCommand(program: Command, io: Io, exit: (code: number) => void): void {
  const group = program.command('inbox').description('operate a durable inbox: figures, dead letters, pause');
  addStats(group, io, exit);
  addList(group, io);
  addShow(group, io);
  addChange(group, io, exit, 'retry');
  addChange(group, io, exit, 'discard');
  addPause(group, io);
  addWatch(group, io);
  addUi(group, io);
}
