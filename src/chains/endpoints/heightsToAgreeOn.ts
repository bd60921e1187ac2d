/**
 * At which heights a quorum of endpoints can agree, given how far each says the chain is: the highest that so many reach comes
 * first. The next ones are for when those there do not name the same block, as at a fork, or when one of them lies.
 */
export function heightsToAgreeOn(heights: readonly bigint[], quorum: number): readonly bigint[] {
  const falling = [...heights].sort((a, b) => (a > b ? -1 : a < b ? 1 : 0));
  return [...new Set(falling.slice(quorum - 1))];
}
