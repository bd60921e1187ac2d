import { pausingKinds, type Finding } from '../domain/reconciliation';
import type { Route } from '../ledger/routePauses';
import type { ReconciliationContext } from './context';

/** Where findings are told. */
export type Told = Pick<ReconciliationContext, 'config' | 'ledger' | 'sendAlert'>;

/** Whoever is on call needs to know that there is trouble, not a thousand times. */
const mostAlerts = 20;

/**
 * Pauses the routes that findings forbid to go on, and calls whoever is on call. To be done before the look that found them is
 * noted: said twice it is one pause and one incident, unsaid it would be lost.
 */
export async function tellFindings(context: Told, findings: readonly Finding[]): Promise<void> {
  for (const finding of findings.filter(({ kind }) => pausingKinds.has(kind))) {
    for (const route of routesOf(context, finding)) {
      const reason = `${finding.kind}: ${finding.settlementId ?? finding.chain ?? 'a chain'}: ${finding.what}`;
      await context.ledger.pauseRoute(route, { reason, by: 'reconciliation' });
    }
  }
  for (const finding of findings.slice(0, mostAlerts)) {
    const { kind, settlementId, chain, what } = finding;
    const about = settlementId ?? chain ?? 'unknown';
    await context.sendAlert({
      key: `reconciliation/${kind}/${about}`,
      action: 'trigger',
      severity: pausingKinds.has(kind) ? 'critical' : 'error',
      code: 'CONTRADICTION',
      summary: `${kind}: ${about}: ${what}`,
      component: about,
      details: {
        kind,
        chain: chain ?? '',
        findings: String(findings.length),
        paused: routesOf(context, finding).map(nameOf).join(', '),
      },
    });
  }
}

/** Its own route, or every route of the chain it was seen on; none where it is no reason to pause. */
function routesOf({ config }: Told, { kind, route, chain }: Finding): readonly Route[] {
  if (!pausingKinds.has(kind)) return [];
  if (route) return [route];
  const names = config.chains.map(({ name }) => name);
  const others = names.filter((name) => name !== chain);
  return others.flatMap((other) => [
    { sourceChain: chain ?? '', destinationChain: other },
    { sourceChain: other, destinationChain: chain ?? '' },
  ]);
}

function nameOf({ sourceChain, destinationChain }: Route): string {
  return `${sourceChain}-${destinationChain}`;
}
