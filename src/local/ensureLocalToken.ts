import { existsSync, readFileSync } from 'node:fs';
import { authenticate } from '../api/authenticate';
import { makeToken } from '../api/makeToken';
import { PermanentError } from '../domain/errors';
import { createApiLedger } from '../ledger/createApiLedger';
import { createLedger } from '../ledger/createLedger';
import { writeFileAtomically } from './writeFileAtomically';

const name = 'local page';

/** The token of whoever started the stack, for the live page: the one in the file while it is good, else a new one. */
export async function ensureLocalToken(file: string, databaseUrl: string): Promise<string> {
  const known = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (known !== '' && (await isGood(known, databaseUrl))) return known;
  const ledger = createLedger({ databaseUrl });
  try {
    // Its secret is lost: nobody has it any more.
    await ledger.revokeToken(name).catch((error: unknown) => {
      if (!(error instanceof PermanentError)) throw error;
    });
    // It sees every settlement, so it cannot submit; it can do all else.
    const { row, token } = makeToken({ name, idPrefix: null, scopes: ['read', 'operate'] });
    await ledger.createToken({ ...row, webhook: null });
    writeFileAtomically(file, `${token}\n`, 0o600);
    return token;
  } finally {
    await ledger.close();
  }
}

async function isGood(token: string, databaseUrl: string): Promise<boolean> {
  const ledger = createApiLedger({ databaseUrl });
  try {
    await authenticate(ledger, `Bearer ${token}`);
    return true;
  } catch (error) {
    if (error instanceof PermanentError) return false;
    throw error;
  } finally {
    await ledger.close();
  }
}
