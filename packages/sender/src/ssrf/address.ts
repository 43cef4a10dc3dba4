import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.parse>;
type Range = ReturnType<typeof ipaddr.parseCIDR>;

const ranges = (list: readonly string[]): readonly Range[] => list.map((cidr) => ipaddr.parseCIDR(cidr));

// The IANA special-purpose registries, whole blocks: what the registry marks as reachable inside them (anycast sinks, relays) is
// no place for a webhook either.
const NOT_PUBLIC_V4 = ranges([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32', // the metadata and DNS address of Azure, public by its number only
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]);

// Everything outside it (loopback, IPv4 in every embedding, discard-only, ULA, link-local, site-local, multicast, segment
// routing …) is refused without being listed, so a block assigned tomorrow is refused too.
const GLOBAL_UNICAST_V6 = ranges(['2000::/3']);
const NOT_PUBLIC_V6 = ranges([
  '2001::/23', // protocol assignments: Teredo, benchmarking, ORCHID
  '2001:db8::/32',
  '2002::/16', // 6to4 reaches the IPv4 address inside it
  '2620:4f:8000::/48',
  '3ffe::/16',
  '3fff::/20',
]);

const within = (address: Address, list: readonly Range[]): boolean =>
  list.some((range) => range[0].kind() === address.kind() && address.match(range));

/**
 * Checks whether an address is public unicast, so that a delivery may go to it.
 *
 * Only the spelling a resolver gives is read: dotted decimal with four parts, or IPv6 without brackets and zone. Decimal,
 * octal, hexadecimal and short spellings, IPv4 embedded in IPv6, names and anything else are `false`, whatever they would
 * resolve to. Never throws.
 *
 * @example
 * ```ts
 * import { isPublicAddress } from '@videocloud/webhooks-sender';
 *
 * isPublicAddress('8.8.8.8'); // true
 * isPublicAddress('::ffff:127.0.0.1'); // false
 * isPublicAddress('0x7f.1'); // false
 * ```
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry/
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry/
 */
export function isPublicAddress(address: string): boolean {
  if (typeof address !== 'string') return false;
  if (isIPv4(address)) return !within(ipaddr.parse(address), NOT_PUBLIC_V4);
  if (!isIPv6(address) || address.includes('%')) return false;
  const parsed = ipaddr.parse(address);
  return within(parsed, GLOBAL_UNICAST_V6) && !within(parsed, NOT_PUBLIC_V6);
}

/** Which addresses a delivery may go to, besides public ones: none, all, or those of a list of CIDR blocks. */
export interface AddressPolicy {
  readonly everything: boolean;
  readonly nothing: boolean;
  allows(address: string): boolean;
}

/** Builds the policy of `allowPrivateAddresses`; throws TypeError when a member is not a CIDR block. */
export function addressPolicy(allow: boolean | readonly string[] | undefined): AddressPolicy {
  if (allow !== undefined && typeof allow !== 'boolean' && !Array.isArray(allow)) {
    throw new TypeError('allowPrivateAddresses must be true, false, or a list of CIDR blocks such as "127.0.0.0/8"');
  }
  const list = Array.isArray(allow) ? allow.map(parseBlock) : [];
  const everything = allow === true;
  return {
    everything,
    nothing: !everything && list.length === 0,
    allows(address) {
      if (isPublicAddress(address)) return true;
      if (!isIPv4(address) && !isIPv6(address)) return false;
      if (everything) return true;
      // `process` turns ::ffff:a.b.c.d into the IPv4 address the packet really goes to.
      return list.length > 0 && within(ipaddr.process(address), list);
    },
  };
}

function parseBlock(block: unknown): Range {
  if (typeof block === 'string') {
    const [address = '', length, ...rest] = block.split('/');
    if (
      rest.length === 0 &&
      (isIPv4(address) || isIPv6(address)) &&
      (length === undefined || /^\d{1,3}$/.test(length))
    ) {
      const bits = length ?? (isIPv4(address) ? '32' : '128');
      if (Number(bits) <= (isIPv4(address) ? 32 : 128)) return ipaddr.parseCIDR(`${address}/${bits}`);
    }
  }
  throw new TypeError(
    `allowPrivateAddresses: ${JSON.stringify(block)} is not a CIDR block; give true, or blocks such as "127.0.0.0/8"`,
  );
}
