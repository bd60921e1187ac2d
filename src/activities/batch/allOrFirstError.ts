/** `Promise.all` that leaves none of them running: an execution that has failed may begin again at once. */
export async function allOrFirstError<T>(running: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(running);
  return Promise.all(running);
}
