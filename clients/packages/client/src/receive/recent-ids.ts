import type { Storage } from '../platform/storage.js';

const CHUNK = 100;

/**
 * The ids that were confirmed last, kept over reloads. They are stored in chunks, so that each new one costs a small write; the
 * oldest chunk is dropped when there are too many.
 */
export class RecentIds {
  private readonly chunks = new Map<number, Set<string>>();
  private newest = 0;
  /** Whether the storage knows of all chunks. */
  private isListed = true;
  private loaded: Promise<void> | null = null;

  /**
   * @param problem told when the storage fails: then the ids are remembered until the page is left
   */
  constructor(
    private readonly storage: Storage,
    private readonly prefix: string,
    private readonly capacity: number,
    private readonly problem: (failure: unknown) => void,
  ) {}

  async has(id: string): Promise<boolean> {
    await this.load();
    for (const chunk of this.chunks.values()) {
      if (chunk.has(id)) {
        return true;
      }
    }
    return false;
  }

  async add(id: string): Promise<void> {
    await this.load();
    let chunk = this.chunks.get(this.newest);
    if (!chunk || chunk.size >= CHUNK) {
      chunk = new Set();
      this.chunks.set(++this.newest, chunk);
      this.isListed = false;
    }
    chunk.add(id);
    const name = `${this.prefix}.${this.newest}`;
    try {
      await this.dropOldest();
      await this.storage.set(name, JSON.stringify([...chunk]));
      if (!this.isListed) {
        await this.storage.set(this.prefix, JSON.stringify([...this.chunks.keys()]));
        this.isListed = true;
      }
    } catch (failure) {
      this.problem(failure);
    }
  }

  /** Keeps at least the capacity, and at most one chunk more: first, so that a full storage has room for the next. */
  private async dropOldest(): Promise<void> {
    const most = Math.ceil(this.capacity / CHUNK) + 1;
    for (const number of [...this.chunks.keys()]) {
      if (this.chunks.size > most) {
        this.chunks.delete(number);
        await this.storage.remove(`${this.prefix}.${number}`);
      }
    }
  }

  private load(): Promise<void> {
    this.loaded ??= this.read();
    return this.loaded;
  }

  private async read(): Promise<void> {
    try {
      for (const number of await this.stored<number>(this.prefix)) {
        const ids = await this.stored<string>(`${this.prefix}.${number}`);
        this.chunks.set(number, new Set([...(this.chunks.get(number) ?? []), ...ids]));
        this.newest = Math.max(this.newest, number);
      }
    } catch (failure) {
      this.problem(failure);
    }
  }

  private async stored<T>(key: string): Promise<T[]> {
    const value: unknown = JSON.parse((await this.storage.get(key)) ?? '[]');
    return Array.isArray(value) ? (value as T[]) : [];
  }
}
