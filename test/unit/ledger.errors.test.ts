import { DatabaseError } from 'pg';
import { ConfigError, PermanentError, TransientError } from '../../src/domain/errors';
import { asLedgerError } from '../../src/ledger/asLedgerError';
import { askLedger } from '../../src/ledger/askLedger';
import { storable } from '../../src/ledger/storable';

function refused(code: string, message = 'as Postgres says it'): DatabaseError {
  const error = new DatabaseError(message, 0, 'error');
  error.code = code;
  return error;
}

describe('what the ledger throws', () => {
  it.each([
    ['08006', 'LEDGER_UNAVAILABLE'],
    ['40001', 'LEDGER_UNAVAILABLE'],
    ['40P01', 'LEDGER_UNAVAILABLE'],
    ['53300', 'LEDGER_UNAVAILABLE'],
    ['55P03', 'LEDGER_UNAVAILABLE'],
    ['57014', 'LEDGER_UNAVAILABLE'],
    ['57P01', 'LEDGER_UNAVAILABLE'],
    ['25P03', 'LEDGER_UNAVAILABLE'],
    ['LG003', 'LEASE_LOST'],
    ['LG006', 'LEDGER_BEHIND'],
  ])('%s: %s, to be tried again', (sqlState, code) => {
    const error = asLedgerError(refused(sqlState), 'it cannot be done');
    expect(error).toBeInstanceOf(TransientError);
    expect(error).toMatchObject({ code, message: 'it cannot be done: as Postgres says it' });
  });

  it.each(['LG001', 'LG002', 'LG004', 'LG007'])('%s: a step that nobody may take', (sqlState) => {
    const error = asLedgerError(refused(sqlState), 'it cannot be done');
    expect(error).toBeInstanceOf(PermanentError);
    expect(error).toMatchObject({ code: 'ILLEGAL_STEP' });
  });

  it.each(['28P01', '3D000', '42501', '42P01', '22023', 'LG005'])(
    '%s: the configuration, by the name of its key',
    (sqlState) => {
      const error = asLedgerError(refused(sqlState), 'it cannot be done');
      expect(error).toBeInstanceOf(ConfigError);
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(/^ledger\.databaseUrl: /) });
    },
  );

  it('no way to the database: to be tried again', () => {
    const system = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
    const said = [
      'Connection terminated unexpectedly',
      'timeout exceeded when trying to connect',
      'Client was closed and is not queryable',
    ];
    for (const error of [system, ...said.map((text) => new Error(text))]) {
      expect(asLedgerError(error, 'what')).toMatchObject({
        code: 'LEDGER_UNAVAILABLE',
        retryable: true,
        options: { cause: error },
      });
    }
  });

  it('anything else as it is: a bug is nobody’s outage', () => {
    for (const error of [
      new TypeError('x is not a function'),
      refused('23505'),
      refused('42601'),
      new PermanentError('NOT_FOUND', 'x'),
      'text',
    ]) {
      expect(asLedgerError(error, 'what')).toBe(error);
    }
  });
});

describe('askLedger', () => {
  it('asks again what was rolled back because of others, a few times', async () => {
    let asked = 0;
    const answer = await askLedger('what', async () => {
      if (++asked < 4) throw refused(asked % 2 ? '40001' : '40P01');
      return 'done';
    });
    expect([answer, asked]).toEqual(['done', 4]);
    asked = 0;
    const never = askLedger('what', async () => {
      asked++;
      throw refused('40001');
    });
    await expect(never).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    expect(asked).toBe(4);
  });

  it('asks nothing else twice: it may have been done', async () => {
    for (const code of ['57P01', '08006', 'LG003', '23505']) {
      let asked = 0;
      await expect(
        askLedger('what', async () => {
          asked++;
          throw refused(code);
        }),
      ).rejects.toThrow();
      expect(asked).toBe(1);
    }
  });
});

test('text of unknown origin is made storable and otherwise kept', () => {
  expect(storable('a\0b \ud83e c \u{1f980} \udd80')).toBe('a\u{fffd}b \u{fffd} c \u{1f980} \u{fffd}');
});
