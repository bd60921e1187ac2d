import type { WorkflowHandle } from '@temporalio/client';
import type { Hex } from 'viem';
import { PermanentError } from '../domain/errors';
import { fingerprintMemo } from '../domain/messages';
import { fingerprintOf } from '../domain/fingerprint';
import { parseOrder } from '../domain/parseOrder';
import { chainsOf, type ClientContext } from './context';
import { readInput } from './readInput';

/** The fingerprint of the order that stands under an id: from its run's memo, or computed from a raw start's input; null if unreadable. */
export async function readFingerprint(
  context: ClientContext,
  handle: WorkflowHandle,
  memo: Readonly<Record<string, unknown>> | undefined,
): Promise<Hex | null> {
  const noted = memo?.[fingerprintMemo];
  if (typeof noted === 'string') return noted as Hex;
  try {
    const input = await readInput(context, handle);
    const order = parseOrder(input.order);
    return fingerprintOf(order, chainsOf(context, order).source.config.gateway);
  } catch (error) {
    // Started raw with something that is no order: it equals none. No answer from Temporal is another matter.
    if (error instanceof PermanentError) return null;
    throw error;
  }
}
