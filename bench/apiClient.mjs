import { Agent, request } from 'node:http';

/** The HTTP API as a client reaches it, over connections that are kept. @param {{ url: string, token: string }} api */
export function createApiClient({ url, token }) {
  const agent = new Agent({ keepAlive: true });
  const authorization = `Bearer ${token}`;

  /** @returns {Promise<import('node:http').IncomingMessage>} */
  function send(method, path, body) {
    const headers = body === undefined ? { authorization } : { authorization, 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      request(`${url}${path}`, { method, agent, headers }, resolve).once('error', reject).end(body);
    });
  }

  return {
    /** Reads the whole answer. */
    async ask(method, path, body) {
      const response = await send(method, path, body);
      response.setEncoding('utf8');
      let text = '';
      for await (const part of response) text += part;
      return { status: response.statusCode, text };
    },
    /** Follows a settlement's events until the server ends the stream; resolves with how many there were. */
    async follow(settlementId, onEvent) {
      const response = await send('GET', `/v1/settlements/${settlementId}/events`);
      if (response.statusCode !== 200)
        throw new Error(`the stream of ${settlementId} was answered ${response.statusCode}`);
      response.setEncoding('utf8');
      let [text, count] = ['', 0];
      for await (const part of response) {
        const frames = (text + part).split('\n\n');
        text = frames.pop();
        for (const frame of frames) {
          const [, data] = /^data: ?(.*)$/m.exec(frame) ?? [];
          if (data === undefined) continue; // a heartbeat
          count += 1;
          onEvent?.(JSON.parse(data));
        }
      }
      return count;
    },
    /** Ends streams too. */
    close: () => agent.destroy(),
  };
}
