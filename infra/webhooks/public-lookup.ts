import { lookup as resolveName, type LookupAddress, type LookupOptions } from 'node:dns';
import { isPublicAddress } from '../../core/webhooks/public-address.js';

/** None of the addresses that a name leads to is public. */
export class AddressNotPublic extends Error {
  override readonly name = 'AddressNotPublic';
}

type LookupCallback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;
export type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * For the `lookup` of a connection: leaves of the addresses of a name those that are public. The connection goes to what it
 * answers and asks for the name no second time, so that a name cannot lead somewhere else between the look and the call.
 */
export function publicLookup(resolve: Resolve = resolveName) {
  return (hostname: string, options: LookupOptions, done: LookupCallback): void => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, []);
      const found = addresses.filter(({ address }) => isPublicAddress(address));
      const [first] = found;
      if (!first) return done(new AddressNotPublic('no public address'), []);
      return options.all ? done(null, found) : done(null, first.address, first.family);
    });
  };
}
