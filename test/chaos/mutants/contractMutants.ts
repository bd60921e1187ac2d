import type { Mutant } from './mutant';

const appliedBurn = 'if (status == _status(SlotState.Burned, attempt)) return (fingerprint, true);';
const gateway = 'contracts/src/SettlementGateway.sol';
const ifSuperseded = (condition: string) => `if (${condition}) revert Superseded();`;
const inGateway = (find: string, replace: string) => ({ file: gateway, find, replace });

export const contractMutants: readonly Mutant[] = [
  {
    ...{ family: 'contract', name: 'mint does not mark its slot', trial: 'plain', seenBy: ['I8', 'I7'] },
    breaks: 'a mint leaves no trace in the slot: it could be had again',
    edits: [inGateway('_writeSlot(order.key, fingerprint, _status(SlotState.Minted, attempt));', '')],
  },
  {
    ...{ family: 'contract', name: 'mint can be said again', trial: 'said-again', seenBy: ['I2', 'I1'] },
    breaks: 'neither of the two looks at the slot before a mint',
    edits: [
      inGateway('if (status == _status(SlotState.Minted, attempt)) {', 'if (false) return (fingerprint, true);'),
      inGateway(
        ifSuperseded('_stateIn(status) != SlotState.None && !cancelledBefore'),
        ifSuperseded('cancelledBefore && false'),
      ),
    ],
  },
  {
    ...{ family: 'contract', name: 'tombstone does not stop a mint', trial: 'said-again', seenBy: ['I2', 'I4'] },
    breaks: 'a mint of the very attempt that was cancelled is let in',
    edits: [inGateway('attempt > _attemptIn(status);', 'attempt >= _attemptIn(status);')],
  },
  {
    ...{ family: 'contract', name: 'refund without a burn', trial: 'said-again', seenBy: ['I3', 'I1'] },
    breaks: 'a refund does not look whether its attempt was burned',
    edits: [inGateway(ifSuperseded('status != _status(SlotState.Burned, attempt)'), '')],
  },
  {
    ...{ family: 'contract', name: 'burn twice in an attempt', trial: 'said-again', seenBy: ['I3'] },
    breaks: 'neither of the two looks at the slot before a burn',
    edits: [
      inGateway(appliedBurn, 'if (false) return (fingerprint, true);'),
      inGateway(ifSuperseded('status != before'), ifSuperseded('status != before && false')),
    ],
  },
  {
    ...{ family: 'contract', name: 'event tells another amount', trial: 'plain', seenBy: ['I1', 'I5'] },
    breaks: "a mint's event says one more than was minted",
    edits: [
      inGateway(
        'OperationKind.Mint, attempt, order.recipient, order.amount);',
        'OperationKind.Mint, attempt, order.recipient, order.amount + 1);',
      ),
    ],
  },
  {
    ...{ family: 'contract', name: 'mint goes to the holder', trial: 'plain', seenBy: ['I1'] },
    breaks: 'the tokens go to another account than the event says',
    edits: [
      inGateway(
        '_mintTokens(order.destinationToken, order.recipient,',
        '_mintTokens(order.destinationToken, order.holder,',
      ),
    ],
  },
  {
    ...{ family: 'contract', name: "burn without the holder's signature", trial: 'said-again', seenBy: ['I5'] },
    breaks: 'any signature will do',
    edits: [
      inGateway('if (!_isSigned(order.holder, fingerprint, operation.signature)) revert SignatureInvalid();', ''),
    ],
  },
];
