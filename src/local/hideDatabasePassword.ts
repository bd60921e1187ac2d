/** A database URL as it may be shown: who, where and which database, never the password. */
export function hideDatabasePassword(databaseUrl: string): string {
  try {
    const { protocol, username, host, pathname } = new URL(databaseUrl);
    // Not its query either: libpq takes a password from there as well.
    return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`;
  } catch {
    return '(a database URL that cannot be read)';
  }
}
