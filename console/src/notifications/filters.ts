export interface Filters {
  app: string;
  device: string;
  outcome: string;
  from: string;
  to: string;
  order: 'newest' | 'oldest';
}

/** As many as are asked about at once. */
const MOST_APPS = 10;

/** The apps of a field that may have several, each once. */
export function appsOf(field: string): readonly string[] {
  return [...new Set(field.split(/[\s,]+/).filter(Boolean))].slice(0, MOST_APPS);
}

/** A path that asks about some apps. */
export function about(path: string, apps: readonly string[]): string {
  return `${path}?${apps.map((app) => `app=${encodeURIComponent(app)}`).join('&')}`;
}

export const OUTCOMES = ['pending', 'delivered', 'expired', 'unregistered', 'rejected', 'collapsed', 'evicted', 'withdrawn'] as const;
