import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBatchFile } from '../../../src/cli/batch/readBatchFile';
import { parseConfig } from '../../../src/config';
import { PermanentError } from '../../../src/domain/errors';

const address = (digit: string): string => `0x${digit.repeat(40)}`;
const [alice, bob] = [address('a').toLowerCase(), address('b').toLowerCase()];
const chain = (name: string, chainId: number, digit: string) => ({
  name,
  chainId,
  rpcUrl: 'http://nowhere.invalid',
  gateway: address(digit),
  tokens: [{ symbol: 'USDS', address: address(String(Number(digit) + 1)), decimals: 6 }],
  finality: { kind: 'finalized' },
});
const config = parseConfig({ chains: [chain('alder', 31_337, '1'), chain('birch', 31_338, '3')] }, '/');
const words = { from: 'alder', to: 'birch', holder: alice, validFor: '3600', maxAttempts: '3' };

describe('a batch in a file', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'settlement-batch-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return readBatchFile(join(folder, name), config, [], words);
  };
  const refusalOf = (name: string, text: string): PermanentError => {
    try {
      read(name, text);
    } catch (error) {
      if (error instanceof PermanentError) return error;
      throw error;
    }
    throw new Error('it was read');
  };

  it('takes from each line of a CSV file what it says, and from the options what it does not', () => {
    const { drafts, signed } = read(
      'pay.csv',
      `\ufeffid,amount,recipient,from,to\r\np-1, 12.5 ,${bob},,\r\n\r\n"p-2","0.000001",${bob},birch,alder\r\n`,
    );
    expect(signed).toEqual([]);
    expect(drafts).toMatchObject([
      { settlementId: 'p-1', amount: '12500000', sourceChainId: 31_337, destinationChainId: 31_338, maxAttempts: 3 },
      { settlementId: 'p-2', amount: '1', sourceChainId: 31_338, destinationChainId: 31_337 },
    ]);
  });

  it('takes one signed order from each line of JSON', () => {
    const line = JSON.stringify({ order: { settlementId: 'p-1' }, signature: '0x' });
    expect(read('signed.jsonl', `${line}\n\n${line}\n`)).toMatchObject({ drafts: [], signed: { length: 2 } });
  });

  it.each([
    ['a column that is none', 'a.csv', 'id,amount,colour\np-1,1,red\n', 'BAD_REQUEST', 'line 1: no column colour'],
    ['a line with too many fields', 'b.csv', `id,amount,recipient\np-1,1,${bob},x\n`, 'BAD_REQUEST', 'line 2'],
    ['a quote that never ends', 'c.csv', 'id,amount,recipient\n"p-1,1,x\n', 'BAD_REQUEST', 'Quote'],
    ['no amounts', 'd.csv', `id,recipient\np-1,${bob}\n`, 'BAD_REQUEST', 'line 1: it needs a column amount'],
    ['no amount', 'j.csv', `id,amount,recipient\n\np-1,,${bob}\n`, 'BAD_REQUEST', 'line 3: it has no amount'],
    [
      'an amount that is none',
      'e.csv',
      `id,amount,recipient\np-1,1,${bob}\np-2,1e3,${bob}\n`,
      'AMOUNT_INVALID',
      'line 3',
    ],
    ['an id that is none', 'f.csv', `id,amount,recipient\np 1,1,${bob}\n`, 'ID_INVALID', 'line 2'],
    ['an address that is none', 'g.csv', 'id,amount,recipient\np-1,1,0x12\n', 'ADDRESS_INVALID', 'line 2'],
    ['what is no JSON', 'h.jsonl', '{"order":{},"signature":"0x"}\nnothing\n', 'BAD_REQUEST', 'line 2: not JSON'],
    ['JSON that is no signed order', 'i.jsonl', '{"order":{}}\n', 'BAD_REQUEST', 'line 1'],
  ])('refuses %s, and says the line', (_what, name, text, code, message) => {
    const refusal = refusalOf(name, text);
    expect(refusal.code).toBe(code);
    expect(refusal.message).toContain(message);
  });

  it('refuses a file that is not there', () => {
    expect(() => readBatchFile(join(folder, 'nowhere.csv'), config, [], words)).toThrow(/cannot be read/);
  });
});
