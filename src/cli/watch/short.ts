/** Enough of an address or a hash to know it again. */
export function short(hex: string): string {
  return hex.length <= 14 ? hex : `${hex.slice(0, 8)}..${hex.slice(-4)}`;
}
