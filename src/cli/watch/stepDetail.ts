import type { StepProgress } from '../../client/progress/progress';

/** What is known of one step beside its state and how long it takes. */
export function stepDetail(step: StepProgress, hashText: (hash: string) => string): string {
  const { state, chain, block, txHash, confirmations } = step;
  if (state === 'waiting') return '';
  if (state === 'notNeeded') return 'no mint was ever signed';
  if (step.step === 'accepted') return state === 'underWay' ? 'a worker has to take it up' : '';
  const isFinality = step.step.endsWith('final');
  if (isFinality && state === 'done') return `final on ${chain ?? 'its chain'}`;
  if (isFinality) {
    return confirmations
      ? `${Math.min(confirmations.seen, confirmations.needed)}/${confirmations.needed} confirmations`
      : '';
  }
  const where = block === null ? (chain ?? '') : `${chain ?? ''} block ${block}`;
  const which = txHash === null ? (state === 'underWay' ? 'nothing sent yet' : '') : hashText(txHash);
  return [where, which].filter((part) => part !== '').join('  ');
}
