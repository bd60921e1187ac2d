import type { Endpoint } from './endpoint';

/** What one endpoint said. */
export interface Answer {
  readonly endpoint: Endpoint;
  /** Equal texts are the same answer; null: it gave none. */
  readonly text: string | null;
  /** The answer itself: returns it, or throws where it is a revert. */
  readonly give: () => unknown;
}

/** The answer that most have given, and how many did; null where nobody gave one. */
export function agreedAnswer(answers: readonly Answer[]): { readonly answer: Answer; readonly count: number } | null {
  const groups = new Map<string, { answer: Answer; count: number }>();
  for (const answer of answers) {
    if (answer.text === null) continue;
    const group = groups.get(answer.text);
    if (group) group.count += 1;
    else groups.set(answer.text, { answer, count: 1 });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count)[0] ?? null;
}
