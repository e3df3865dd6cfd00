/** A channel to the other tabs of the same origin; a tab does not hear itself. */
export interface TabChannel {
  post(message: unknown): void;
  close(): void;
}

/** What happens to a tab that wants to lead. */
export interface LeadEvents {
  /** It leads. Called once. */
  leads(): void;
  /** It led, until another tab took the lead from it. */
  lost(): void;
}

/** What lets several tabs of one origin share a connection. */
export interface Tabs {
  /** Whether the user may be looking at this tab. */
  isVisible(): boolean;
  /**
   * Becomes the one tab that leads: in turn, as soon as no other does, or at once, instead of the one that does.
   *
   * @returns gives the lead, or the wait for it, up
   */
  lead(name: string, events: LeadEvents, when: 'in turn' | 'at once'): () => void;
  channel(name: string, heard: (message: unknown) => void): TabChannel;
}
