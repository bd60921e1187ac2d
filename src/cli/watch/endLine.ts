import { errorCatalog } from '../../domain/errorCodes';
import type { SettlementRecord } from '../../domain/record';
import { elapsedText } from './elapsedText';

/** How it ended and how long that took, and what to do where something is to be done. */
export function endLine({
  status,
  compensated,
  errorCode,
  errorMessage,
  createdAt,
  updatedAt,
}: SettlementRecord): string {
  const took = `after ${elapsedText(Date.parse(updatedAt) - Date.parse(createdAt))}`;
  if (status === 'COMPLETED') return `COMPLETED ${took}`;
  const how = compensated ? 'the holder has the tokens back' : 'nothing was burned';
  const why = errorCode === null ? '' : `: ${errorCode}: ${errorMessage ?? ''}. ${errorCatalog[errorCode].nextStep}`;
  return `FAILED ${took}, ${how}${why}`;
}
