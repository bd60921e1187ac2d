import { BaseError, hexToBigInt, type Hex } from 'viem';
import { agreedAnswer, type Answer } from './agreedAnswer';
import { answerText } from './answerText';
import type { Ask, Endpoint, EndpointTuning, RpcRequest } from './endpoint';
import { heightsToAgreeOn } from './heightsToAgreeOn';
import { isAnswer } from './isAnswer';
import { rankEndpoints } from './rankEndpoints';

export interface QuorumParts {
  readonly endpoints: readonly Endpoint[];
  readonly quorum: number;
  readonly chainId: number;
  readonly tuning: EndpointTuning;
  /** For what needs no agreement: fees, transactions by their hash (which is checked), the first try of a send. */
  readonly failover: Ask;
}

interface Block {
  readonly number: Hex;
  readonly hash: Hex;
}

/** How far one endpoint says the chain is. */
interface Reach {
  readonly answer: Answer;
  readonly height: bigint | null;
}

const byNumber = 'eth_getBlockByNumber';

/** Reads of state; the second parameter says at which block. */
const stateReads = new Set(['eth_call', 'eth_getTransactionCount', 'eth_getCode', 'eth_getBalance']);
const agreedReads = new Set([
  ...stateReads,
  'eth_getBlockByHash',
  byNumber,
  'eth_getLogs',
  'eth_getTransactionReceipt',
]);

/**
 * A quorum of endpoints must say the same. The newest block, and the final one, is the highest that so many name by the same hash;
 * state is read at a hash, `latest` being the newest block's. No agreement is no answer.
 */
export function createQuorum(parts: QuorumParts): Ask {
  const { endpoints, quorum, tuning, failover } = parts;
  let newest: Promise<Block> | null = null;

  /** At least so many, or all there are; waits for proofs only while there are fewer, and for no more of them than it takes. */
  async function usable(count: number): Promise<readonly Endpoint[]> {
    const ready = (): readonly Endpoint[] => rankEndpoints(endpoints, tuning);
    const unproven = endpoints.filter((endpoint) => !endpoint.state().proven);
    if (ready().length >= count || unproven.length === 0) return ready();
    await new Promise<void>((resolve) => {
      let left = unproven.length;
      const note = (): void => {
        left -= 1;
        if (left === 0 || ready().length >= count) resolve();
      };
      for (const endpoint of unproven) void endpoint.prove().then(note);
    });
    return ready();
  }

  /** Asks no more endpoints than it takes. */
  async function agree(request: RpcRequest): Promise<unknown> {
    const answers: Answer[] = [];
    for (;;) {
      const agreed = agreedAnswer(answers);
      const missing = quorum - (agreed?.count ?? 0);
      if (agreed && missing <= 0) {
        // What stands at one block has one true answer; anything else may be a node that lags, or a fork.
        if (namesHash(request)) tellOthers(request.method, answers, agreed.answer);
        return agreed.answer.give();
      }
      const left = (await usable(answers.length + missing)).filter(
        (endpoint) => !answers.some((answer) => answer.endpoint === endpoint),
      );
      if (left.length < missing) throw noQuorum(parts, request.method, answers);
      const next = left.slice(0, missing);
      answers.push(...(await Promise.all(next.map((endpoint) => askOne(endpoint, request)))));
    }
  }

  /** All in use are asked: one that says it is further, or less far, than the others decides nothing. */
  async function agreeOnBlock(tag: string): Promise<Block> {
    const some = await usable(quorum);
    const own = await Promise.all(some.map((endpoint) => askHeight(endpoint, tag)));
    const block = await highestAgreed(tag, own);
    if (block) return block;
    const others = (await usable(endpoints.length)).filter((endpoint) => !some.includes(endpoint));
    own.push(...(await Promise.all(others.map((endpoint) => askHeight(endpoint, tag)))));
    const late = others.length > 0 ? await highestAgreed(tag, own) : null;
    if (late) return late;
    throw noQuorum(
      parts,
      `the ${tag} block`,
      own.map(({ answer }) => answer),
    );
  }

  async function highestAgreed(tag: string, own: readonly Reach[]): Promise<Block | null> {
    const heights = own.flatMap(({ height }) => height ?? []);
    for (const height of heightsToAgreeOn(heights, quorum)) {
      const request = { method: byNumber, params: [`0x${height.toString(16)}`, false] };
      const reaching = own.filter((one) => one.height !== null && one.height >= height);
      const answers = await Promise.all(
        reaching.map(async (one) => (one.height === height ? one.answer : askOne(one.answer.endpoint, request))),
      );
      const agreed = agreedAnswer(answers);
      if (!agreed || agreed.count < quorum) continue;
      tellOthers(`the ${tag} block`, answers, agreed.answer);
      tellApart(tag, own, height, tag === 'finalized' ? tuning.mostFinalBlocksApart : tuning.mostBlocksBehind);
      return agreed.answer.give() as Block;
    }
    return null;
  }

  /** Of one tick: all its reads are then at one block, and it is no older than they are. */
  function newestBlock(): Promise<Block> {
    if (newest === null) {
      newest = agreeOnBlock('latest');
      setImmediate(() => (newest = null));
    }
    return newest;
  }

  /** One that takes it and keeps it to itself must not keep it from the chain. The same bytes twice do no harm. */
  async function send(request: RpcRequest): Promise<unknown> {
    try {
      return await failover(request);
    } finally {
      for (const endpoint of rankEndpoints(endpoints, tuning)) void endpoint.request(request).catch(() => undefined);
    }
  }

  return async (request) => {
    const { method } = request;
    if (method === 'eth_sendRawTransaction') return send(request);
    const [first, place = 'latest', ...rest] = Array.isArray(request.params) ? (request.params as unknown[]) : [];
    if (!agreedReads.has(method) || place === 'pending') return failover(request);
    if (method === byNumber && typeof first === 'string' && !first.startsWith('0x')) {
      return agreeOnBlock(first);
    }
    if (!stateReads.has(method) || place !== 'latest') return agree(request);
    const { hash: blockHash } = await newestBlock();
    return agree({ method, params: [first, { blockHash }, ...rest] });
  };
}

async function askOne(endpoint: Endpoint, request: RpcRequest): Promise<Answer> {
  try {
    const result = await endpoint.request(request);
    const isMissing = result === null && request.method.startsWith('eth_getBlock');
    return { endpoint, text: isMissing ? null : answerText(request.method, result), give: () => result };
  } catch (error) {
    const give = (): never => {
      throw error;
    };
    return { endpoint, text: isAnswer(request, error) ? 'a revert' : null, give };
  }
}

function namesHash({ method, params }: RpcRequest): boolean {
  return method === 'eth_getBlockByHash' || JSON.stringify(params ?? null).includes('"blockHash"');
}

async function askHeight(endpoint: Endpoint, tag: string): Promise<Reach> {
  const answer = await askOne(endpoint, { method: byNumber, params: [tag, false] });
  if (answer.text === null) return { answer, height: null };
  try {
    return { answer, height: hexToBigInt((answer.give() as Block).number) };
  } catch {
    return { answer, height: null }; // whatever it is, it is no block
  }
}

function tellOthers(asked: string, answers: readonly Answer[], agreed: Answer): void {
  for (const { endpoint, text } of answers) {
    if (text === null || text === agreed.text) continue;
    endpoint.disagree(`${asked}: it says ${shown(text)}, a quorum ${shown(agreed.text)}`);
  }
}

function tellApart(tag: string, own: readonly Reach[], agreed: bigint, mostApart: bigint): void {
  for (const { answer, height } of own) {
    if (height === null) continue;
    const apart = height > agreed ? height - agreed : agreed - height;
    if (apart > mostApart) answer.endpoint.disagree(`the ${tag} block: it says ${height}, a quorum ${agreed}`);
  }
}

/** Hosts alone: paths and queries of RPC URLs often hold API keys. */
function noQuorum(parts: QuorumParts, asked: string, answers: readonly Answer[]): BaseError {
  const { endpoints, quorum } = parts;
  const said = endpoints.map((endpoint) => {
    const { host, proven, chainId } = endpoint.state();
    const answer = answers.find((one) => one.endpoint === endpoint);
    if (answer?.text) return `${host} says ${shown(answer.text)}`;
    if (proven && !answer) return `${host} was not asked`;
    return `${host} ${proven || chainId === parts.chainId || chainId === null ? 'gave no answer' : `answers for chain ${chainId}`}`;
  });
  return new BaseError(`no ${quorum} of ${endpoints.length} endpoints agree on ${asked}: ${said.join('; ')}`);
}

/** A slot's first word shows its state. */
const mostShown = 90;
const shown = (text: string | null): string =>
  text !== null && text.length > mostShown ? `${text.slice(0, mostShown)}...` : (text ?? 'nothing');
