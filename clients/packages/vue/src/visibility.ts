/** Whether the user may be looking at the page; where there is no page, always. */
export function isPageVisible(): boolean {
  return typeof document === 'undefined' || document.visibilityState === 'visible';
}

/** Calls what is to be done when the user comes back to the page. @returns ends that */
export function onPageVisible(shown: () => void): () => void {
  if (typeof document === 'undefined') {
    return () => undefined;
  }
  const changed = (): void => {
    if (isPageVisible()) {
      shown();
    }
  };
  document.addEventListener('visibilitychange', changed);
  return () => document.removeEventListener('visibilitychange', changed);
}
