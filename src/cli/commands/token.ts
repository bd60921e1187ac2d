import { InvalidArgumentError, type Command } from 'commander';
import { randomBytes } from 'node:crypto';
import { makeToken } from '../../api/makeToken';
import { checkWebhookUrl } from '../../webhooks/checkWebhookUrl';
import { apiScopes, idPrefixPattern, type ApiScope } from '../../domain/apiToken';
import { PermanentError } from '../../domain/errors';
import type { ListedToken } from '../../ledger/api/listTokens';
import { withLedger } from '../ledgerSession';
import { printReport } from '../printReport';
import { withExamples } from '../withExamples';

interface NewTokenOptions {
  readonly prefix?: string;
  readonly scopes: readonly ApiScope[];
  readonly webhook?: string;
}

/** Who may use the HTTP API. Secrets are shown once, when they are made. */
export function addToken(program: Command): void {
  const token = program.command('token').description('who may use the HTTP API, and for what');
  addCreate(token);
  addWebhook(token);

  const list = token
    .command('list')
    .description('every token that ever was')
    .action(async (_: object, command: Command) =>
      withLedger(command, async ({ ledger, output }) => {
        const tokens = await ledger.listTokens();
        printReport({ tokens }, tokens.length === 0 ? ['there is no token'] : tokens.map(lineOf), output);
        return 0;
      }),
    );

  const revoke = token
    .command('revoke <name>')
    .description('from the next request on it is unknown; by its name or its id')
    .action(async (name: string, _: object, command: Command) =>
      withLedger(command, async ({ ledger, output }) => {
        const id = await ledger.revokeToken(name);
        printReport({ id, revoked: true }, [`${name} is revoked`], output);
        return 0;
      }),
    );
  withExamples(list, 'settle token list', "settle -o json token list | jq -r '.tokens[].name'");
  withExamples(revoke, 'settle token revoke acme');
}

function addCreate(token: Command): void {
  const create = token
    .command('create <name>')
    .description('makes a token and shows its secret, this once')
    .option(
      '--prefix <prefix>',
      "what its settlements' ids begin with, for example acme-; without it sees all",
      parsePrefix,
    )
    .option('--scopes <list>', `by commas: ${apiScopes.join(', ')}`, parseScopes, ['submit', 'read'] as const)
    .option('--webhook <url>', 'is told when one of its settlements ends')
    .action(async (name: string, options: NewTokenOptions, command: Command) =>
      withLedger(command, async ({ config, ledger, output }) => {
        const { prefix = null, scopes } = options;
        if (!/^[\x20-\x7e]{1,64}$/.test(name)) throw new PermanentError('BAD_REQUEST', 'a name has 1 to 64 characters');
        if (prefix === null && scopes.includes('submit')) {
          throw new PermanentError('BAD_REQUEST', 'a token that submits needs --prefix: ids must not meet');
        }
        const webhook = newWebhook(options.webhook, config.api.allowPrivateWebhooks);
        const { row, token } = makeToken({ name, idPrefix: prefix, scopes });
        await ledger.createToken({ ...row, webhook });
        const shown = {
          id: row.id,
          name,
          idPrefix: prefix,
          scopes,
          token,
          webhookSecret: webhook?.secret,
        };
        printReport(shown, [shown.token, ...(webhook ? [webhook.secret] : [])], output);
        return 0;
      }),
    );
  withExamples(
    create,
    'settle token create acme --prefix acme-',
    'settle token create acme --prefix acme- --webhook https://acme.example/settlements',
    'settle token create on-call --scopes read,operate',
  );
}

function addWebhook(token: Command): void {
  const webhook = token.command('webhook').description('who is told when settlements of a token end');
  const set = webhook
    .command('set <name> <url>')
    .description('gives a token a webhook, or another one, and shows the new secret, this once')
    .action(async (name: string, url: string, _: object, command: Command) =>
      withLedger(command, async ({ config, ledger, output }) => {
        const made = newWebhook(url, config.api.allowPrivateWebhooks);
        await ledger.setWebhook(name, made);
        printReport({ name, url, webhookSecret: made?.secret }, [made?.secret ?? ''], output);
        return 0;
      }),
    );
  const remove = webhook
    .command('remove <name>')
    .description('nobody is told any more')
    .action(async (name: string, _: object, command: Command) =>
      withLedger(command, async ({ ledger, output }) => {
        await ledger.setWebhook(name, null);
        printReport({ name, url: null }, [`${name} has no webhook`], output);
        return 0;
      }),
    );
  withExamples(set, 'settle token webhook set acme https://acme.example/settlements');
  withExamples(remove, 'settle token webhook remove acme');
}

/** @throws PermanentError WEBHOOK_INVALID */
function newWebhook(url: string | undefined, allowPrivate: boolean) {
  if (url === undefined) return null;
  checkWebhookUrl(url, allowPrivate);
  // In the form that libraries for standardwebhooks.com take.
  return { url, secret: `whsec_${randomBytes(32).toString('base64')}` };
}

function parsePrefix(text: string): string {
  if (idPrefixPattern.test(text)) return text;
  throw new InvalidArgumentError('It must be 1 to 31 of A-Z a-z 0-9 _, and a hyphen at its end.');
}

function parseScopes(text: string): readonly ApiScope[] {
  const scopes = text.split(',').map((word) => word.trim());
  const known = scopes.filter((word): word is ApiScope => apiScopes.some((scope) => scope === word));
  if (known.length === scopes.length) return [...new Set(known)];
  throw new InvalidArgumentError(`It must be some of ${apiScopes.join(', ')}, by commas.`);
}

function lineOf({ id, name, idPrefix, scopes, createdAt, revokedAt, webhookUrl }: ListedToken): string {
  const whose = idPrefix === null ? 'all settlements' : `settlements ${idPrefix}*`;
  const ended = revokedAt === null ? '' : `, revoked ${revokedAt}`;
  const told = webhookUrl === null ? '' : `, tells ${new URL(webhookUrl).host}`;
  return `${name} (${id}): ${scopes.join(', ')} of ${whose}, since ${createdAt}${ended}${told}`;
}
