import type { Message } from './message.js';

/** What a store has. Never changed: a change makes another one. */
export interface State {
  /** The newest first. */
  readonly messages: readonly Message[];
  readonly unread: number;
}

/** A change of a store, which other tabs apply as well. Applying one again changes nothing. */
export type Change =
  | { type: 'add'; message: Message }
  | { type: 'read'; app: string; id: string }
  | { type: 'read-all' }
  | { type: 'remove'; app: string; id: string }
  | { type: 'clear' };

export const EMPTY: State = { messages: [], unread: 0 };

/** @param most how many messages are kept */
export function apply(state: State, change: Change, most: number): State {
  const next = messages(state.messages, change).slice(0, most);
  const same = next.length === state.messages.length && next.every((each, i) => each === state.messages[i]);
  return same ? state : stateOf(next);
}

export function stateOf(messages: readonly Message[]): State {
  return { messages, unread: messages.filter((each) => !each.isRead).length };
}

/** Whether a state has these messages, which another tab may have made into objects of its own. */
export function hasSame(state: State, messages: readonly Message[]): boolean {
  return (
    state.messages.length === messages.length &&
    state.messages.every((each, i) => is(each, messages[i]!) && each.isRead === messages[i]!.isRead)
  );
}

/** Less than a state, by a quarter: the oldest of what was read first, and never the newest; null if that is all there is. */
export function roomFor({ messages: [newest, ...others] }: State): State | null {
  if (!newest || others.length === 0) {
    return null;
  }
  const oldest = [...others].reverse();
  const first = [...oldest.filter((each) => each.isRead), ...oldest.filter((each) => !each.isRead)];
  const gone = new Set(first.slice(0, Math.ceil(first.length / 4)));
  return stateOf([newest, ...others.filter((each) => !gone.has(each))]);
}

function messages(before: readonly Message[], change: Change): readonly Message[] {
  switch (change.type) {
    case 'add': {
      const { message } = change;
      return before.some((each) => is(each, message)) ? before : [message, ...before];
    }
    case 'read':
      return before.map((each) => (is(each, change) && !each.isRead ? { ...each, isRead: true } : each));
    case 'read-all':
      return before.map((each) => (each.isRead ? each : { ...each, isRead: true }));
    case 'remove':
      return before.filter((each) => !is(each, change));
    case 'clear':
      return [];
  }
}

function is(message: Message, { app, id }: { app: string; id: string }): boolean {
  return message.id === id && message.app === app;
}
