/** A channel to the other tabs of the same origin; a tab does not hear itself. */
export interface TabChannel {
  post(message: unknown): void;
  close(): void;
}

/** What lets several tabs of one origin share a connection. */
export interface Tabs {
  /**
   * Becomes the one tab that leads, as soon as no other does.
   *
   * @param lead called once, when this tab leads
   * @returns gives the lead, or the wait for it, up
   */
  lead(name: string, lead: () => void): () => void;
  channel(name: string, heard: (message: unknown) => void): TabChannel;
}
