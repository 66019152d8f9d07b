/** Addresses stand in errors; what is secret must not stand in them. */
export function isPlainAddress(address: string): boolean {
  const { username, password, search, hash } = new URL(address);
  return username === '' && password === '' && search === '' && hash === '';
}
