export const TARGETS = ['token', 'device', 'topic', 'condition'] as const;
export type Target = (typeof TARGETS)[number];
export const TIMES = ['now', 'at', 'local'] as const;

export const PUSH_TYPES = [
  'alert', 'background', 'voip', 'complication', 'fileprovider', 'location', 'liveactivity', 'pushtotalk', 'widgets', 'controls',
] as const;
export type PushType = (typeof PUSH_TYPES)[number];

/** What the guided form holds: text, as it was typed. */
export interface Draft {
  target: Target;
  token: string;
  device: string;
  topic: string;
  condition: string;
  app: string;
  pushType: PushType;
  title: string;
  subtitle: string;
  body: string;
  badge: string;
  sound: boolean;
  /** More members of the payload, as JSON. */
  data: string;
  priority: '' | '10' | '5' | '1';
  ttl: string;
  collapseId: string;
  when: (typeof TIMES)[number];
  at: string;
  quietFrom: string;
  quietTo: string;
  over: string;
  id: string;
}

export function newDraft(app: string): Draft {
  return {
    target: 'token', token: '', device: '', topic: '', condition: '', app, pushType: 'alert', title: '', subtitle: '', body: '', badge: '', sound: true, data: '',
    priority: '', ttl: '', collapseId: '', when: 'now', at: '', quietFrom: '', quietTo: '', over: '', id: '',
  };
}

export function isBroadcast({ target }: Draft): boolean {
  return target === 'topic' || target === 'condition';
}
