import { settlementOrderTypes } from '../../domain/fingerprint';
import type { Route } from '../route';
import { infoSchema } from '../schemas';

/** What somebody needs who wants to have an order signed. */
export const readInfo: Route = {
  method: 'GET',
  path: '/v1/info',
  operationId: 'readInfo',
  scope: 'read',
  summary: 'Chains, gateways, tokens, routes and their limits: what is needed to sign an order.',
  answers: { 200: { description: 'As it is now, a few seconds old at most.', schema: infoSchema } },
  errors: [],
  async handle(context, { token }) {
    const { chains, order, api, temporal } = context.client.config;
    const { uiUrl, namespace } = temporal;
    return {
      status: 200,
      body: {
        idPrefix: token.idPrefix,
        scopes: token.scopes,
        temporal: uiUrl === undefined ? null : { uiUrl, namespace },
        order: { ...order, maxOpenPerHolder: api.maxOpenPerHolder },
        chains: chains.map(({ name, chainId, gateway, tokens, mintWindowMs }) => ({
          ...{ name, chainId, gateway, mintWindowMs },
          tokens: tokens.map(({ symbol, address, decimals }) => ({ symbol, address, decimals })),
          // The domain of orders from this chain.
          eip712Domain: { name: 'SettlementGateway', version: '1', chainId, verifyingContract: gateway },
        })),
        eip712Types: settlementOrderTypes,
        routes: await context.routeInfos(),
      },
    };
  },
};
