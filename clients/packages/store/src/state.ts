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
