import type { ModulesContainer } from '@nestjs/core';
import type { GuardOptions } from './options.js';
import { DEFAULT_NAME } from './tokens.js';

/** One VideoCloudWebhooksModule of an app. */
export interface Peer {
  readonly name: string;
  readonly guard: GuardOptions;
}

const apps = new WeakMap<ModulesContainer, Peer[]>();

/** The VideoCloudWebhooksModules of an app that were made so far. */
export function peersOf(app: ModulesContainer): readonly Peer[] {
  return apps.get(app) ?? [];
}

/**
 * Adds a module to those of its app. Several may be without a name.
 *
 * @throws TypeError for a name that another module has
 */
export function addPeer(app: ModulesContainer, peer: Peer): void {
  const peers = apps.get(app) ?? [];
  if (peer.name !== DEFAULT_NAME && peers.some(({ name }) => name === peer.name)) {
    throw new TypeError(`Two VideoCloudWebhooksModules have the name '${peer.name}': give each a \`name\` of its own`);
  }
  peers.push(peer);
  apps.set(app, peers);
}

/**
 * Whether a handler takes events of a module: where it names no receiver, of all.
 *
 * @throws TypeError for a receiver that no module of the app has
 */
export function takesFrom(app: ModulesContainer, name: string, wanted: string | undefined, where: string): boolean {
  if (wanted === undefined || wanted === name) return true;
  const names = peersOf(app).map((peer) => peer.name);
  if (names.includes(wanted)) return false;
  throw new TypeError(
    `${where} handles events of the receiver '${wanted}', but no VideoCloudWebhooksModule has that \`name\`: there is ${names.join(', ')}`,
  );
}
