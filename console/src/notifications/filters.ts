export interface Filters {
  app: string;
  device: string;
  outcome: string;
  from: string;
  to: string;
  order: 'newest' | 'oldest';
}

export const OUTCOMES = ['pending', 'delivered', 'expired', 'unregistered', 'rejected', 'collapsed', 'evicted', 'withdrawn'] as const;
