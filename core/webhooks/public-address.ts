import ipaddr from 'ipaddr.js';

/** Global unicast of IPv6 (RFC 4291, 2.4; IANA gives out addresses of this block only). */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number];

/**
 * Whether an address belongs to the public internet: not this machine, a private network, a link, a carrier's, a cloud's
 * metadata (169.254.169.254), a tunnel that carries any of them, or a reserved block. An IPv4 address inside an IPv6 one counts
 * as what it is.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(GLOBAL_UNICAST);
}

/** The address that a URL names instead of a host; `null`: it names a host. */
export function literalAddress(url: URL): string | null {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return ipaddr.isValid(host) ? host : null;
}
