/**
 * The credential of a link as `./tidings up` prints it, `…/console/#/sign-in?credential=tad_…`; null if it has none. What is
 * behind the `#` is sent to no server; the address bar, and so the history, is not to keep it either.
 */
export function credentialOf(fragment: string): string | null {
  const [path, query] = fragment.replace(/^#/, '').split('?', 2);
  return path === '/sign-in' && query ? new URLSearchParams(query).get('credential') : null;
}

export function takeCredential(location: Location, history: History): string | null {
  const credential = credentialOf(location.hash);
  if (credential !== null) {
    forgetCredential(location, history);
  }
  return credential;
}

export function forgetCredential(location: Location, history: History): void {
  history.replaceState(history.state, '', `${location.pathname}#/`);
}
