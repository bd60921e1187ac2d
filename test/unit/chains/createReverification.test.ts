import type { ConnectedChain } from '../../../src/chains/chain';
import { createReverification } from '../../../src/chains/createReverification';
import { ConfigError, TransientError } from '../../../src/domain/errors';

let absences: number;
let verifications: number;
let problem: Error | null;
let told: ConfigError[];

beforeEach(() => {
  [absences, verifications, problem, told] = [0, 0, null, []];
});

function reverification(): () => Promise<void> {
  const chain = { absences: () => absences } as ConnectedChain;
  const verify = async (): Promise<void> => {
    verifications += 1;
    if (problem) throw problem;
  };
  return createReverification(chain, verify, (error) => told.push(error));
}

describe('before something is signed the chain', () => {
  it('is not verified again while its endpoints were never all away', async () => {
    const mustBeVerified = reverification();
    await mustBeVerified();
    expect(verifications).toBe(0);
  });

  it('is verified once after they were, whoever asks', async () => {
    const mustBeVerified = reverification();
    absences += 1;
    await Promise.all([mustBeVerified(), mustBeVerified()]);
    await mustBeVerified();
    expect(verifications).toBe(1);
  });

  it('that is not what it was is not signed for, which is told, until it is again', async () => {
    const mustBeVerified = reverification();
    absences += 1;
    problem = new ConfigError('CHAIN_MISMATCH', 'config: chains.alder.gateway: another');
    for (let asked = 0; asked < 2; asked++) {
      const refusal: unknown = await mustBeVerified().catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(TransientError);
      expect(refusal).toMatchObject({ code: 'CHAIN_MISMATCH', retryable: true, message: problem.message });
    }
    expect(told).toEqual([problem, problem]);
    problem = null;
    await mustBeVerified();
    await mustBeVerified();
    expect(verifications).toBe(3);
  });

  it('that does not answer is not signed for either', async () => {
    const mustBeVerified = reverification();
    absences += 1;
    problem = new TransientError('CHAIN_UNAVAILABLE', 'away');
    await expect(mustBeVerified()).rejects.toBe(problem);
    expect(told).toEqual([]);
  });

  it('that goes away while it is verified is verified again', async () => {
    const mustBeVerified = reverification();
    absences += 1;
    const first = mustBeVerified();
    absences += 1;
    await first;
    await mustBeVerified();
    expect(verifications).toBe(2);
  });
});
