import type { AddressInfo } from 'node:net';

/** Of what listens at an address, for whoever is on the same machine. */
export function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
