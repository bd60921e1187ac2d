/**
 * One asking for all who want to know at the same time, and its answer for a while: however many ask, the chains are asked at one
 * pace. What failed is asked again by the next.
 */
export function shareAnswers<T>(ask: () => Promise<T>, forMs: number): () => Promise<T> {
  let shared: { readonly answer: Promise<T>; freshUntilMs: number } | null = null;
  return () => {
    if (shared && Date.now() < shared.freshUntilMs) return shared.answer;
    const own = { answer: ask(), freshUntilMs: Infinity };
    shared = own;
    own.answer.then(
      () => (own.freshUntilMs = Date.now() + forMs),
      () => (own.freshUntilMs = 0),
    );
    return own.answer;
  };
}
