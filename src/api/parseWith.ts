import type { z } from 'zod';
import { PermanentError } from '../domain/errors';
import { quote } from '../domain/quote';

/** @throws PermanentError BAD_REQUEST that names the field and never repeats a value */
export function parseWith<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue?.code === 'unrecognized_keys') {
    throw new PermanentError(
      'BAD_REQUEST',
      `${what} has unknown fields: ${issue.keys.slice(0, 5).map(quote).join(', ')}`,
    );
  }
  const field = issue?.path.length ? `${what}.${issue.path.map(String).join('.')}` : what;
  throw new PermanentError('BAD_REQUEST', `${field}: ${issue?.message ?? 'is not as it must be'}`);
}
