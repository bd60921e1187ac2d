import { z } from 'zod';
import { apiScopes } from '../domain/apiToken';
import { errorCatalog } from '../domain/errorCodes';
import { runStates, stepNames, stepStates } from '../client/progress/progress';
import { statuses } from '../domain/status';
import { submissionLanes } from '../domain/submissionLane';

/** JSON as the API takes and gives it. The order's values are checked by `parseOrder`, which knows a code for each. */

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);
const baseUnits = z
  .string()
  .regex(/^(0|[1-9][0-9]*)$/)
  .describe('Base units, as a decimal string');
const txHash = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .nullable();
const settlementId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

export const orderSchema = z
  .strictObject({
    settlementId,
    holder: address,
    recipient: address,
    token: address,
    destinationToken: address,
    destinationGateway: address,
    amount: baseUnits,
    sourceChainId: z.int().min(1),
    destinationChainId: z.int().min(1),
    validBefore: z.int().min(1).describe('Unix seconds'),
    maxAttempts: z.int().min(1).max(255),
  })
  .meta({ id: 'Order' });

export const signedOrderSchema = z
  .strictObject({
    order: orderSchema,
    signature: z
      .string()
      .regex(/^0x([0-9a-fA-F]{2}){1,4096}$/)
      .describe("The holder's, EIP-712 or ERC-1271"),
  })
  .meta({ id: 'SignedOrder' });

export const submissionSchema = signedOrderSchema
  .extend({
    lane: z
      .enum(submissionLanes)
      .optional()
      .describe(
        'bulk: cheap where many are submitted at a time, half a second later begun; absent: the server chooses',
      ),
  })
  .meta({ id: 'Submission' });

const batchId = settlementId.describe("The batch's own idempotency key");

export const batchSchema = z.strictObject({ batchId, orders: z.array(signedOrderSchema).min(1) }).meta({ id: 'Batch' });

export const batchReceiptSchema = z.strictObject({ batchId, size: z.int().min(1) }).meta({ id: 'BatchReceipt' });

export const batchReportSchema = z
  .strictObject({
    batchId,
    size: z.int().min(1),
    createdAt: z.iso.datetime(),
    statuses: z.partialRecord(z.enum(statuses), z.int().min(1)).describe('PENDING: the ledger has not heard of it yet'),
    conflicts: z.int().min(0).describe('Another order stands under their ids: nothing of them will ever happen'),
    needsOperator: z.int().min(0),
  })
  .meta({ id: 'BatchReport' });

export const recordSchema = z
  .strictObject({
    settlementId,
    status: z.enum(statuses),
    sourceChain: z.string(),
    destinationChain: z.string(),
    token: address,
    amount: baseUnits,
    holder: address,
    recipient: address,
    attempt: z.int().min(0),
    burnTxHash: txHash,
    mintTxHash: txHash,
    refundTxHash: txHash,
    compensated: z.boolean(),
    needsOperator: z.boolean(),
    errorCode: z.string().nullable(),
    errorMessage: z.string().nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'SettlementRecord' });

const instant = z.iso.datetime().nullable();

export const progressSchema = z
  .strictObject({
    record: recordSchema,
    steps: z
      .array(
        z.strictObject({
          step: z.enum(stepNames),
          state: z.enum(stepStates).describe('notNeeded: it is proved without this step'),
          chain: z.string().nullable(),
          startedAt: instant,
          endedAt: instant,
          txHash: txHash.describe('Once it is in a block'),
          block: z.int().nullable(),
          confirmations: z.strictObject({ seen: z.int(), needed: z.int() }).nullable(),
        }),
      )
      .describe('Of the attempt that stands'),
    run: z.enum(runStates).describe('lost: cut off, and nobody took it up yet; forgotten: Temporal keeps it no more'),
    pending: z
      .array(
        z.strictObject({
          activity: z.string(),
          attempt: z.int().min(1),
          lastFailure: z.string().nullable().describe('A code'),
          nextAttemptAt: instant,
        }),
      )
      .describe('What its run is doing, and how often it has tried'),
    silent: z.array(z.string()).describe('Who did not answer in this look'),
  })
  .meta({ id: 'SettlementProgress' });

export const errorSchema = z
  .strictObject({
    error: z.strictObject({
      code: z.enum(Object.keys(errorCatalog) as [string, ...string[]]),
      message: z.string(),
      hint: z.string().describe('What to do next'),
    }),
  })
  .meta({ id: 'Error' });

export const pageSchema = z
  .strictObject({
    settlements: z.array(recordSchema),
    nextCursor: z.string().nullable().describe('For the next page; null: that was all'),
  })
  .meta({ id: 'SettlementPage' });

export const healthSchema = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' });

export const readinessSchema = z
  .strictObject({ ready: z.boolean(), ledger: z.boolean(), temporal: z.boolean() })
  .meta({ id: 'Readiness' });

const whole = z.string().regex(/^-?(0|[1-9][0-9]*)$/);

export const infoSchema = z
  .strictObject({
    idPrefix: z.string().nullable().describe("What this token's ids begin with"),
    scopes: z.array(z.enum(apiScopes)).describe('What this token may do'),
    temporal: z
      .strictObject({ uiUrl: z.string(), namespace: z.string() })
      .nullable()
      .describe("Temporal's Web UI, where the configuration names it; a settlement's workflow has its id"),
    order: z.strictObject({ minValidityMs: z.int(), maxValidityMs: z.int(), maxOpenPerHolder: z.int() }),
    chains: z.array(
      z.strictObject({
        name: z.string(),
        chainId: z.int(),
        gateway: address,
        mintWindowMs: z.int(),
        tokens: z.array(z.strictObject({ symbol: z.string(), address, decimals: z.int() })),
        eip712Domain: z.strictObject({
          name: z.string(),
          version: z.string(),
          chainId: z.int(),
          verifyingContract: address,
        }),
      }),
    ),
    eip712Types: z.record(z.string(), z.array(z.strictObject({ name: z.string(), type: z.string() }))),
    routes: z.array(
      z.strictObject({
        sourceChain: z.string(),
        destinationChain: z.string(),
        token: address,
        destinationToken: address,
        enabled: z.boolean().nullable().describe('null: a chain does not say'),
        paused: z.boolean().describe('What is submitted waits'),
        maxAmount: baseUnits.nullable(),
        availableAmount: baseUnits.nullable(),
      }),
    ),
  })
  .meta({ id: 'Info' });

export const supplySchema = z
  .strictObject({
    tokens: z.array(
      z.strictObject({
        symbol: z.string(),
        decimals: z.int(),
        chains: z.array(
          z.strictObject({ chain: z.string(), token: address, mintedMinusBurned: whole, throughBlock: baseUnits }),
        ),
        inFlight: baseUnits,
        unaccounted: whole,
        conserved: z.boolean().nullable().describe('null: it cannot be said while settlements are on their way'),
      }),
    ),
  })
  .meta({ id: 'Supply' });
