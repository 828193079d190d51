// The server's token, where it asks for one: kept for as long as the tab is open, sent with every request to this server.
const KEY = 'fractalsync.token';

/** Where storage is switched off: until the page is reloaded. */
let kept: string | null = null;

export function readToken(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return kept;
  }
}

export function saveToken(token: string): void {
  kept = token;
  try {
    sessionStorage.setItem(KEY, token);
  } catch {
    // It is kept above.
  }
}

/** For requests to the page's own server; nobody else is ever given the token. */
export function authorization(url: string | URL, page: string | URL = location.href): Record<string, string> {
  const token = new URL(url, page).origin === new URL(page).origin ? readToken() : null;
  return token ? { authorization: `Bearer ${token}` } : {};
}
