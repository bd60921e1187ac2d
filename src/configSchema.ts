import { getAddress, isAddress } from 'viem';
import { z } from 'zod';

const address = z
  .string()
  .refine((text) => isAddress(text), 'not an address (or its checksum is wrong)')
  .transform((text) => getAddress(text));

const tokenSchema = z.strictObject({
  symbol: z.string().min(1).max(16),
  address,
  decimals: z.number().int().min(0).max(36),
});

/** Confirmations count the transaction's own block: 1 means "in the latest block". Never `safe`. */
const finalitySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('finalized') }),
  z.strictObject({ kind: z.literal('confirmations'), confirmations: z.number().int().min(1).max(10_000) }),
]);

/** 0x-hex in a file nobody else should be able to read, or a keystore (V3) with the file of its password. */
const keySchema = z.strictObject({ file: z.string().min(1), passwordFile: z.string().min(1).optional() });

/** A deployment's or a build's: Temporal joins the two with a colon or a dot. */
const releaseName = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'is letters, digits, - and _');
const metricsAddress = z.string().regex(/^[^\s:/]+:[0-9]{1,5}$/, 'is host:port');
const rpcUrl = z.url({ protocol: /^https?$/ });

const chainSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]{1,32}$/),
  chainId: z.number().int().positive(),
  /** One endpoint, or several in order of preference; exactly one of the two keys is given. */
  rpcUrl: rpcUrl.optional(),
  rpcUrls: z.array(rpcUrl).min(1).max(8).optional(),
  /** So many endpoints must say the same before it counts; 1: the first that answers is believed. More than half of them, or 1. */
  quorum: z.number().int().min(1).default(1),
  /** HTTP requests under way to all of the chain's endpoints together; the rest wait. */
  maxConcurrentRequests: z.number().int().min(1).max(1_000).default(16),
  gateway: address,
  /** The gateway's first block: event searches start here. */
  gatewayDeployedAtBlock: z.number().int().min(0).default(0),
  tokens: z.array(tokenSchema).min(1),
  finality: finalitySchema,
  /** How long a mint may be tried on this chain before the holder is made whole. */
  mintWindowMs: z.number().int().min(1_000).default(3_600_000),
  pollIntervalMs: z.number().int().min(20).default(1_000),
  rpcTimeoutMs: z.number().int().min(100).default(10_000),
  /** How long a refund from this chain may be tried in silence before an operator is called. */
  undoAlarmMs: z.number().int().min(1_000).default(300_000),
  /** Whether block timestamps never decrease here; only then does a passed validBefore prove anything (proof 3). */
  monotonicTimestamps: z.boolean().default(true),
  /** The most one settlement may move, in base units of any token; absent: the gateway's own limits alone. */
  maxAmountBaseUnits: z
    .string()
    .regex(/^[1-9][0-9]*$/)
    .transform(BigInt)
    .optional(),
  /**
   * The keys of each role, one lane each: as many workers can send at once as there are settlers. A client needs none; a worker
   * needs settlers and refunders.
   */
  settlerKeys: z.array(keySchema).default([]),
  refunderKeys: z.array(keySchema).default([]),
  reverserKeys: z.array(keySchema).default([]),
});

/** Keys that encrypt what Temporal keeps. Each file holds 32 bytes as hex or base64; an id is no secret, and stands beside what it encrypted. */
const payloadsSchema = z.strictObject({
  /** The first encrypts, all decrypt: a new key is put last everywhere, then first. */
  keyFiles: z
    .array(z.strictObject({ id: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/), file: z.string().min(1) }))
    .min(1)
    .max(32),
});

/** The codec server (`npm run codec`): decrypts payloads for Temporal's Web UI and command line. */
const codecSchema = z.strictObject({
  /** Beyond the loopback only with a token, or where something in front of it asks who it is. */
  host: z.string().min(1).default('127.0.0.1'),
  port: z.number().int().min(0).max(65_535).default(8090),
  /** Of the Web UI, as a browser's address line shows it; pages of no other origin are answered. */
  origins: z.array(z.url({ protocol: /^https?$/ })).default([]),
  /** The file of a token that a caller must show (`Authorization: Bearer`). */
  tokenFile: z.string().min(1).optional(),
  /** Beyond the loopback all the same: something in front of it asks. */
  allowWithoutToken: z.boolean().default(false),
  /** Whether browsers may send the cookies of a proxy in front (the UI's TEMPORAL_CODEC_INCLUDE_CREDENTIALS). */
  allowCredentials: z.boolean().default(false),
  /** Of one request: the UI sends a page of a history at a time. */
  bodyLimitBytes: z.number().int().min(1_024).max(67_108_864).default(16_777_216),
});

/** The HTTP API (`npm run api`). Its limits are each process's own. */
const apiSchema = z.strictObject({
  /** Beyond the loopback only once there are tokens; TLS is for a proxy in front. */
  host: z.string().min(1).default('127.0.0.1'),
  port: z.number().int().min(0).max(65_535).default(8080),
  bodyLimitBytes: z.number().int().min(1_024).max(1_048_576).default(16_384),
  /** Of a batch: an order takes some 650 bytes. */
  batchBodyLimitBytes: z.number().int().min(1_024).max(16_777_216).default(2_097_152),
  requestsPerMinute: z
    .strictObject({
      token: z.number().int().min(1).default(1_200),
      /** Before a token is looked at. */
      address: z.number().int().min(1).default(2_400),
    })
    .prefault({}),
  requestTimeoutMs: z.number().int().min(1_000).default(15_000),
  /** So that nobody has the operator pay gas for loops of burns and refunds. */
  maxOpenPerHolder: z.number().int().min(1).default(100),
  /** So many new orders within a second, and those that name no lane go in bulk; null: only those that ask for it. */
  bulkAbovePerSecond: z.number().int().min(0).nullable().default(20),
  maxStreams: z.number().int().min(1).default(1_000),
  /** Addresses or CIDR ranges whose X-Forwarded-For is believed. */
  trustedProxies: z.array(z.string().min(1)).default([]),
  /** Webhooks to http URLs, and to hosts of private networks, too. */
  allowPrivateWebhooks: z.boolean().default(false),
});

/** The configuration file as it may be written; defaults are filled in. Paths are taken as they stand. */
export const configSchema = z.strictObject({
  temporal: z
    .strictObject({
      address: z.string().default('localhost:7233'),
      namespace: z.string().default('default'),
      taskQueue: z.string().default('settlements'),
      /**
       * Worker Deployment versioning: a run stays with workers of the build that began it, and new runs go to the build that was
       * promoted ('settle release'). Absent: any worker takes any run.
       */
      deployment: z
        .strictObject({
          name: releaseName.default('settlements'),
          /** WORKER_BUILD_ID wins; absent: told from the workflow code, so that other code is another build. */
          buildId: releaseName.optional(),
        })
        .optional(),
      /** Of its Web UI: the API's page links a settlement to its run. */
      uiUrl: z.url({ protocol: /^https?$/ }).optional(),
    })
    .prefault({}),
  /** Bounds on how far away an order's validBefore may be when it is first accepted. */
  order: z
    .strictObject({
      minValidityMs: z.number().int().min(0).default(60_000),
      maxValidityMs: z
        .number()
        .int()
        .positive()
        .default(30 * 24 * 3_600_000),
    })
    .prefault({}),
  /** How lanes behave (src/lanes/laneOptions.ts says what each is for). */
  lanes: z
    .strictObject({
      leaseTtlMs: z.number().int().min(1_000).default(10_000),
      idleMs: z.number().int().min(0).default(30_000),
      lingerMs: z.number().int().min(0).max(1_000).default(100),
      mostOperations: z.number().int().min(1).max(500).default(100),
      rebroadcastAfterMs: z.number().int().min(100).default(2_000),
      bumpAfterMs: z.number().int().min(1_000).default(30_000),
      maxFeePerGasWei: z
        .string()
        .regex(/^[1-9][0-9]*$/)
        .default('500000000000')
        .transform(BigInt),
    })
    .prefault({}),
  /** How orders that come singly are put together (lane "bulk"). */
  bulk: z
    .strictObject({
      /** So long a batch takes orders; after that a worker starts its run. */
      windowMs: z.number().int().min(50).max(60_000).default(500),
      /** One that has so many takes no more. */
      mostOrders: z.number().int().min(1).max(50_000).default(2_000),
    })
    .prefault({}),
  /** Where a worker's ledger is. A client needs none. */
  ledger: z.strictObject({ databaseUrl: z.url({ protocol: /^postgres(ql)?$/ }) }).optional(),
  /**
   * Workers seal the ledger's events with the key in this file, any text that the database does not hold; absent: events are
   * chained, and whoever writes a whole chain anew is not found out.
   */
  seals: z
    .strictObject({ keyFile: z.string().min(1), everyMs: z.number().int().min(1_000).default(60_000) })
    .optional(),
  /**
   * Who is told when an operator is needed: a receiver of PagerDuty's Events API v2, with the file of its routing key. Absent: the
   * log, the ledger and Temporal's Web UI alone say it.
   */
  alerts: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }).default('https://events.pagerduty.com/v2/enqueue'),
      routingKeyFile: z.string().min(1),
      /** How this deployment calls itself there. */
      source: z.string().min(1).max(255).default('cross-chain-settlement'),
      /** Of Temporal's Web UI: an alert of a settlement links to its run. */
      temporalUiUrl: z.url({ protocol: /^https?$/ }).optional(),
    })
    .optional(),
  /** How chains, ledger and Temporal are held against each other, by a Temporal Schedule of the task queue's own. */
  reconciliation: z
    .strictObject({
      /** null: no schedule; 'settle reconcile' does it when told. */
      everyMs: z.number().int().min(1_000).nullable().default(60_000),
      /** Of one eth_getLogs. */
      blocksPerRead: z.number().int().min(1).default(2_000),
      /** A settlement that has been quiet for so long is looked for in Temporal. */
      graceMs: z.number().int().min(0).default(120_000),
    })
    .prefault({}),
  /** Where each worker answers Prometheus, host:port; METRICS_ADDRESS wins, for several workers on one machine. Absent: nowhere. */
  metrics: z
    .strictObject({
      address: metricsAddress,
      /** How often ledger and chains are looked at for it. */
      everyMs: z.number().int().min(1_000).default(10_000),
    })
    .optional(),
  api: apiSchema.prefault({}),
  /** Absent: Temporal keeps payloads as they are, to be read by whoever reads Temporal. */
  payloads: payloadsSchema.optional(),
  codec: codecSchema.prefault({}),
  /** Where spans go, by OTLP over HTTP (usually http://host:4318/v1/traces); absent: there are none. */
  tracing: z
    .strictObject({
      otlpUrl: z.url({ protocol: /^https?$/ }),
      /** Of all settlements, the part whose traces are kept. */
      sampleRatio: z.number().min(0).max(1).default(1),
    })
    .optional(),
  chains: z.array(chainSchema).min(2),
});

/** What the codec server needs, and all that it may be given; other parts of a whole configuration are not looked at. */
export const codecConfigSchema = z.object({ payloads: payloadsSchema, codec: codecSchema.prefault({}) });

export type FinalityPolicy = z.infer<typeof finalitySchema>;
export type KeyConfig = z.infer<typeof keySchema>;
export type TokenConfig = z.infer<typeof tokenSchema>;
export type ChainConfig = z.infer<typeof chainSchema>;
export type ApiConfig = z.infer<typeof apiSchema>;
export type PayloadsConfig = z.infer<typeof payloadsSchema>;
export type CodecConfig = z.infer<typeof codecConfigSchema>;
export type Config = z.infer<typeof configSchema>;
