interface Reply {
  readonly id?: unknown;
  readonly error?: unknown;
}

/**
 * Whether a JSON-RPC reply answers each call of the request, once. viem gives a batch's answers out by their order alone, so
 * with an id missing or made up a call would get another's answer. One error for a whole batch is a usual reply.
 */
export function answersAll(requestBody: string, replyBody: string): boolean {
  const calls = [JSON.parse(requestBody) as Reply | Reply[]].flat();
  let reply: unknown;
  try {
    reply = JSON.parse(replyBody);
  } catch {
    return false; // a page, or cut off
  }
  const replies = [reply].flat().filter((one): one is Reply => typeof one === 'object' && one !== null);
  const [first] = replies;
  if (replies.length === 1 && first?.error !== undefined && (first.id === null || first.id === undefined)) return true;
  const ids = (list: readonly Reply[]): string => JSON.stringify(list.map(({ id }) => String(id)).sort());
  return ids(replies) === ids(calls);
}
