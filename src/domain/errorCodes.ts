/** How a code meets the outside: whether the same request can help later, the CLI's exit and the API's status. */
interface ErrorFacts {
  readonly retryable: boolean;
  readonly exitCode: number;
  readonly httpStatus: number;
  /** What the reader should do next, one sentence. */
  readonly nextStep: string;
}

const input = (nextStep: string): ErrorFacts => ({ retryable: false, exitCode: 2, httpStatus: 422, nextStep });
const conflict = (nextStep: string): ErrorFacts => ({ retryable: false, exitCode: 2, httpStatus: 409, nextStep });
const outcome = (nextStep: string): ErrorFacts => ({ retryable: false, exitCode: 3, httpStatus: 422, nextStep });
const operator = (nextStep: string): ErrorFacts => ({ retryable: false, exitCode: 4, httpStatus: 500, nextStep });
const later = (nextStep: string): ErrorFacts => ({ retryable: true, exitCode: 75, httpStatus: 503, nextStep });
const config = (nextStep: string): ErrorFacts => ({ retryable: false, exitCode: 78, httpStatus: 500, nextStep });

/** Every error code of the product. A code is a contract: it is never renamed and never reused for something else. */
export const errorCatalog = {
  AMOUNT_INVALID: input('Give the amount as a plain positive decimal, for example 12.5.'),
  AMOUNT_PRECISION: input("Give no more decimals than the token has; 'settle balances' shows them."),
  AMOUNT_OVERFLOW: input('Give an amount that fits in a uint256 of base units.'),
  AMOUNT_LIMIT: input('Stay under the limit named in the message, or split the amount.'),
  INSUFFICIENT_FUNDS: outcome('Fund the holder on the source chain, then submit again.'),
  SAME_CHAIN: input('Name two different chains.'),
  UNKNOWN_CHAIN: input('Use a chain of the configuration; the message lists them.'),
  UNKNOWN_TOKEN: input('Use a token with a registered route between the two chains.'),
  ADDRESS_INVALID: input('Give 0x and 40 hex digits, or the name of a known account.'),
  ADDRESS_CHECKSUM: input('Copy the address again: its checksum (EIP-55) does not match.'),
  ADDRESS_ZERO: input('Give a real address; the zero address holds nothing.'),
  ADDRESS_FORBIDDEN: input('Name a wallet: tokens sent to a token or gateway contract are lost.'),
  ID_INVALID: input('Use 1 to 64 of A-Z a-z 0-9 _ - as settlement id.'),
  SIGNATURE_INVALID: input("Have the holder sign this very order in the source gateway's EIP-712 domain."),
  DEADLINE_INVALID: input('Choose a validBefore (Unix seconds) within the bounds in the message.'),
  ATTEMPTS_INVALID: input('Choose maxAttempts between 1 and 255.'),
  BAD_REQUEST: { ...input('Send exactly the fields of a SettlementOrder.'), httpStatus: 400 },
  USAGE: input('Add --help to the command to see what it takes, with examples.'),
  IDEMPOTENCY_CONFLICT: conflict('Another order stands under this id; choose a new id for a new order.'),
  RELEASE_NOT_READY: conflict("Start workers of the build first; 'settle release list' shows which there are."),
  NOT_RETRYABLE: conflict(
    "Only FAILED and COMPENSATING settlements can be retried; 'settle show' says where this one is.",
  ),
  NOT_CANCELLABLE: conflict("It is too late to cancel; 'settle show' says where the settlement is."),
  NOT_RESOLVABLE: conflict('Only a settlement that needs an operator can be resolved.'),
  LEDGER_NOT_EMPTY: conflict(
    "Point ledger.databaseUrl at a new, empty database to rebuild into; after restoring a backup use 'settle ledger epoch'.",
  ),
  NOT_FOUND: { ...input("Check the id; 'settle list' shows what is known."), httpStatus: 404 },
  UNAUTHENTICATED: {
    ...input("Send 'Authorization: Bearer TOKEN'; 'settle token create' makes one."),
    httpStatus: 401,
  },
  FORBIDDEN: { ...input('Use a token with the scope, or the id prefix, that the message names.'), httpStatus: 403 },
  BODY_TOO_LARGE: { ...input('Send less; a signed order is some 1 KiB.'), httpStatus: 413 },
  MEDIA_TYPE_UNSUPPORTED: { ...input("Send JSON, with 'Content-Type: application/json'."), httpStatus: 415 },
  RATE_LIMITED: { ...later('Send less often; Retry-After says when the next request is taken.'), httpStatus: 429 },
  QUOTA_EXCEEDED: {
    ...later('Wait until open settlements of this holder have ended, then submit again.'),
    httpStatus: 429,
  },
  API_BUSY: later('Try again after the seconds of Retry-After.'),
  TOKEN_CONFLICT: conflict('Choose another name and another prefix, or revoke the token that has them.'),
  WEBHOOK_INVALID: input('Give an https URL of a public host; api.allowPrivateWebhooks allows others.'),
  WEBHOOK_UNDELIVERED: later('Check the receiver; it is told again for three days, with growing pauses.'),
  EXPIRED: outcome("The order's validBefore has passed; have the holder sign a new order under a new id."),
  REVOKED: outcome('The holder revoked the order; have a new one signed under a new id.'),
  ATTEMPTS_EXHAUSTED: outcome("All of the order's attempts are used; have the holder sign a new order under a new id."),
  CANCELLED: outcome('It ended on request, nothing stands on either chain; retry it or leave it.'),
  BURN_REFUSED: outcome('Remove the cause named in the message, then retry.'),
  MINT_REFUSED: outcome("The holder has the tokens back; remove the destination's reason, then retry."),
  MINT_WINDOW_OVER: outcome('The holder has the tokens back; retry when the destination chain answers again.'),
  ALREADY_REFUNDED: outcome("An earlier attempt was refunded; 'settle retry' starts the next attempt."),
  BURN_VANISHED: operator(
    'A reorg past finality dropped the burn; look at both chains, then resolve it as an operator.',
  ),
  REFUND_REFUSED: operator(
    "Remove the source chain's reason (for example a frozen holder), then resolve with action refund.",
  ),
  CONTRADICTION: operator('The chains say what they cannot both say; an operator must look before any money moves.'),
  CHAIN_UNAVAILABLE: later('Nothing to do: it is tried again until the chain answers.'),
  AWAITING_FINALITY: later('Nothing to do: the transaction is in and waits to be final.'),
  OUTCOME_UNKNOWN: later('Nothing to do: it is looked up again until the chain tells.'),
  TRANSIENT_REFUSAL: later('Nothing to do: the gateway is paused or at its limit; it is tried again.'),
  TEMPORAL_UNAVAILABLE: later('Check that the Temporal server is up, then say the same again: it is safe to repeat.'),
  LEDGER_UNAVAILABLE: later("Check that the ledger's Postgres is up; it is tried again until it answers."),
  OWNERSHIP_LOST: later('Nothing to do: a later run drives this settlement.'),
  LEASE_LOST: later('Nothing to do: another worker has the lane, and sends what is due.'),
  LANE_BUSY: later('Nothing to do: a lane is free again in a moment; more settler keys let more workers send at once.'),
  ROUTE_PAUSED: later(
    "An operator looks why; 'settle route list' shows the reason, 'settle route resume' lets it go on.",
  ),
  ALERT_UNDELIVERED: later('Check the receiver that alerts.url names; it is told again until it takes the alert.'),
  LEDGER_BEHIND: later(
    'The ledger does not know it; if it was restored or is being rebuilt, see docs/architecture.md on restoring.',
  ),
  ILLEGAL_STEP: { ...operator('This is a bug: report it with the message.'), exitCode: 1 },
  CONFIG_INVALID: config('Correct the field named in the message.'),
  CHAIN_MISMATCH: config('Point the configuration at the chain, gateway and token it names.'),
  PAYLOAD_KEY_UNKNOWN: config(
    'Add the key that the message names to payloads.keyFiles; old ones stay while runs of theirs are kept.',
  ),
  PAYLOAD_BROKEN: operator(
    'Look who can write to what Temporal keeps, and whether the key file is the one that was used.',
  ),
  INTERNAL: { ...operator('This is a bug: report it with the message.'), exitCode: 1 },
} as const satisfies Record<string, ErrorFacts>;

export type ErrorCode = keyof typeof errorCatalog;

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorCatalog, value);
}
