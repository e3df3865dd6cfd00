const ADDRESS = /^(\[[0-9a-fA-F:.]+\]|[^:[\]/?#@\s]+):(\d{1,5})$/;
const URL_PARTS = /^(wss?:\/\/)([^/?#]+)(.*)$/;

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
   * @param reference `wss://host:port/path` or `host:port`, or several separated by spaces; invalid ones are ignored
   * @returns whether one of them is usable
   */
  refer(reference: string): boolean {
    const usable = reference.trim().split(/ +/).slice(0, 16).map((text) => this.urlOf(text)).filter((url) => url !== null);
    if (usable.length === 0) {
      return false;
    }
    this.referred = usable;
    this.elsewhere = this.referred.shift()!;
    return true;
  }

  /** What was connected to within TLS is never left for plain text. */
  private urlOf(text: string): string | null {
    const [, scheme, , path] = URL_PARTS.exec(this.current()) ?? [];
    const [, toScheme = scheme, address = text, toPath = path] = URL_PARTS.exec(text) ?? [];
    const port = Number(ADDRESS.exec(address)?.[2] ?? NaN);
    return port <= 65_535 && (toScheme === 'wss://' || toScheme === scheme) ? toScheme + address + toPath : null;
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
