import { ConfigError, PermanentError, SettlementError, TransientError } from '../../../src/domain/errors';

describe('the error classes', () => {
  it('say whether the same request can help later', () => {
    expect(new PermanentError('AMOUNT_INVALID', 'm').retryable).toBe(false);
    expect(new ConfigError('CONFIG_INVALID', 'm').retryable).toBe(false);
    expect(new TransientError('CHAIN_UNAVAILABLE', 'm').retryable).toBe(true);
  });

  it.each([PermanentError, ConfigError, TransientError])(
    '%p is an Error with a code, a name and a next step',
    (Kind) => {
      const error = new Kind('CHAIN_UNAVAILABLE', 'what happened');
      expect(error).toBeInstanceOf(Error);
      expect(error).toBeInstanceOf(SettlementError);
      expect(error.name).toBe(Kind.name);
      expect(error.message).toBe('what happened');
      expect(error.code).toBe('CHAIN_UNAVAILABLE');
      expect(error.nextStep).toBe('Nothing to do: it is tried again until the chain answers.');
      expect(String(error)).toBe(`${Kind.name}: what happened`);
    },
  );

  it('are told apart', () => {
    expect(new PermanentError('EXPIRED', 'm')).not.toBeInstanceOf(TransientError);
    expect(new TransientError('OUTCOME_UNKNOWN', 'm')).not.toBeInstanceOf(PermanentError);
    expect(new ConfigError('CONFIG_INVALID', 'm')).not.toBeInstanceOf(PermanentError);
  });

  it('keep the cause, and when to ask again', () => {
    const cause = new Error('socket hang up');
    const error = new TransientError('AWAITING_FINALITY', 'm', { cause, retryAfterMs: 5_000 });
    expect(error.cause).toBe(cause);
    expect(error.options.retryAfterMs).toBe(5_000);
    expect(new TransientError('AWAITING_FINALITY', 'm').options.retryAfterMs).toBeUndefined();
    expect(new PermanentError('INTERNAL', 'm', { cause }).cause).toBe(cause);
  });
});
