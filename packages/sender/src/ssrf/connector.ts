import { lookup as dnsLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { AttemptError } from '../delivery/attempt-error.js';
import type { AddressPolicy } from './address.js';

/** Opens a socket to an address the guard let through; the type of undici's connectors. */
export type Connector = ReturnType<typeof buildConnector>;
type ConnectOptions = Parameters<Connector>[0];
type Socket = NonNullable<Parameters<Parameters<Connector>[1]>[1]>;

/** Replaces DNS: the addresses of a name. An empty list or a rejection is a `dns_error`. */
export type Lookup = (hostname: string) => Promise<readonly string[]> | readonly string[];

/** How many addresses of a name are tried. All of them are checked. */
const MAX_ADDRESSES = 8;

const METADATA_NAMES = new Set(['metadata', 'metadata.google.internal', 'metadata.goog', 'instance-data']);
const LOCAL_NAME = /(?:^|\.)localhost$|^(?:localhost\d?|ip6-localhost|ip6-loopback)$|\.localdomain$/;

const systemLookup: Lookup = async (hostname) =>
  (await dnsLookup(hostname, { all: true, verbatim: true })).map(({ address }) => address);

/** What the connector checks an address with. */
export interface GuardOptions {
  readonly policy: AddressPolicy;
  readonly timeout: number;
  readonly lookup?: Lookup | undefined;
  readonly allowedPorts?: readonly number[] | undefined;
  readonly connector?: Connector | undefined;
}

/**
 * A connector that resolves a name itself, checks every address of the answer, and connects to a checked address by number.
 * Nothing resolves the name again in between, so DNS rebinding finds no gap.
 */
export function guardedConnector(options: GuardOptions): Connector {
  const lookup = options.lookup ?? systemLookup;
  const connect = options.connector ?? buildConnector({ timeout: options.timeout, autoSelectFamily: false });

  async function open(target: ConnectOptions): Promise<Socket> {
    const hostname = target.hostname.replace(/^\[|\]$/g, '');
    checkPort(target, options.allowedPorts);
    const addresses = await checkedAddresses(hostname, options.policy, lookup);
    // Names go into the TLS handshake and the certificate check as written; an address has no server name.
    const servername =
      isIP(hostname) === 0 ? (target.servername ?? hostname.replace(/\.$/, '')) : (target.servername ?? '');
    let failure: unknown;
    // A name may have any number of addresses, all silent: the deadline of the attempt is long over after a few.
    for (const address of addresses.slice(0, MAX_ADDRESSES)) {
      try {
        return await new Promise<Socket>((resolve, reject) => {
          connect({ ...target, hostname: address, servername }, (error, socket) => {
            if (error === null) resolve(socket as Socket);
            else reject(error);
          });
        });
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  return (target, callback) => {
    open(target).then(
      (socket) => callback(null, socket),
      (error: Error) => callback(error, null),
    );
  };
}

function checkPort(target: ConnectOptions, allowed: readonly number[] | undefined): void {
  if (allowed === undefined) return;
  const port = Number(target.port || (target.protocol === 'https:' ? 443 : 80));
  if (!allowed.includes(port))
    throw new AttemptError('address_blocked', `port ${port} is not one of the allowed ports`);
}

async function checkedAddresses(hostname: string, policy: AddressPolicy, lookup: Lookup): Promise<readonly string[]> {
  if (isIP(hostname) !== 0) {
    if (!policy.allows(hostname)) throw blocked(hostname);
    return [hostname];
  }
  const name = hostname.toLowerCase().replace(/\.$/, '');
  if (METADATA_NAMES.has(name) && !policy.everything) throw blocked(name);
  if (LOCAL_NAME.test(name) && policy.nothing) throw blocked(name);
  let addresses: readonly string[];
  try {
    addresses = await lookup(hostname);
  } catch (cause) {
    throw new AttemptError('dns_error', `${name} could not be resolved`, { cause });
  }
  if (!Array.isArray(addresses) || addresses.length === 0)
    throw new AttemptError('dns_error', `${name} has no address`);
  // One forbidden address rejects the whole answer: chance must not decide which of them gets the connection.
  for (const address of addresses) if (!policy.allows(address)) throw blocked(`an address of ${name}`);
  return addresses;
}

/** Without the address: owners of webhooks read it, and must not learn an internal network's names and addresses by it. */
function blocked(what: string): AttemptError {
  return new AttemptError('address_blocked', `${what} is not a public address`);
}
