const ADDRESS = /^(\[[0-9a-fA-F:.]+\]|[^:[\]/?#@\s]+):(\d{1,5})$/;
const URL_PARTS = /^(wss?:\/\/)[^/?#]+(.*)$/;

/**
 * Chooses the next server: the configured ones in turn, and between them those that a server referred to, once each.
 */
export class Route {
  private referred: string[] = [];
  private at = 0;
  private elsewhere: string | null = null;

  constructor(private readonly configured: readonly string[]) {}

  current(): string {
    return this.elsewhere ?? this.configured[this.at]!;
  }

  /**
   * Adds the servers that the current one named.
   *
   * @param reference `host:port`, or several separated by spaces; invalid ones are ignored
   * @returns whether one of them is usable
   */
  refer(reference: string): boolean {
    const parts = URL_PARTS.exec(this.current());
    const usable = reference
      .trim()
      .split(/ +/)
      .slice(0, 16)
      .filter((text) => ADDRESS.test(text) && Number(ADDRESS.exec(text)![2]) <= 65_535);
    if (!parts || usable.length === 0) {
      return false;
    }
    // Only the host changes: what was connected to within TLS is never left for plain text.
    this.referred = usable.map((address) => parts[1] + address + parts[2]);
    this.elsewhere = this.referred.shift()!;
    return true;
  }

  /** The current server refused or disconnected the device. */
  failed(): void {
    const wasElsewhere = this.elsewhere !== null;
    this.elsewhere = this.referred.shift() ?? null;
    if (!wasElsewhere) {
      this.at = (this.at + 1) % this.configured.length;
    }
  }

  /**
   * An established connection broke. A configured server is tried once more before the next one; one that was referred to is
   * not, because the device may meanwhile belong to another.
   */
  lost(): void {
    this.referred = [];
    this.elsewhere = null;
  }
}
