import type { Device } from '@tidings/client';
import type { LocalNotifications } from './local-notifications.js';
import type { Message } from './message.js';
import type { MessageStore } from './message-store.js';

/** What `onPushMessage` gives, as uniPush does. */
export interface PushMessage {
  /** `receive`: it has come; `click`: the user has opened it. */
  type: 'receive' | 'click';
  data: { title: string; content: string; payload: unknown; id: string; local: boolean };
}

interface Callbacks<T> {
  success?(result: T): void;
  fail?(failure: { errMsg: string }): void;
  complete?(result: unknown): void;
}

export interface CreatePushMessage extends Callbacks<{ errMsg: string }> {
  title?: string;
  content: string;
  payload?: unknown;
  sound?: 'system' | 'none';
  /** In seconds. */
  delay?: number;
}

/** The functions of uniPush, by the names that apps call them. */
export interface UniPush {
  /** The id to which a provider pushes: the token of the app. */
  getPushClientId(options?: Callbacks<{ cid: string; errMsg: string }>): Promise<{ cid: string; errMsg: string }>;
  onPushMessage(callback: (message: PushMessage) => void): void;
  /** Ends that for one callback, or for all. */
  offPushMessage(callback?: (message: PushMessage) => void): void;
  createPushMessage(options: CreatePushMessage): Promise<{ errMsg: string }>;
}

/** Makes uniPush's functions over a device and its messages. */
export function uniPush(
  app: string,
  device: Pick<Device, 'register'>,
  store: MessageStore,
  local: LocalNotifications,
  now: () => number = Date.now,
): UniPush {
  const ends = new Map<(message: PushMessage) => void, () => void>();
  let made = 0;
  return {
    getPushClientId: (options = {}) =>
      called('getPushClientId', options, async () => ({ cid: (await device.register(app)).token })),
    onPushMessage(callback) {
      if (!ends.has(callback)) {
        const received = store.onMessage((message) => callback(pushMessage('receive', message)));
        const clicked = store.onOpened((message) => callback(pushMessage('click', message)));
        ends.set(callback, () => (received(), clicked()));
      }
    },
    offPushMessage(callback) {
      for (const each of callback ? [callback] : [...ends.keys()]) {
        ends.get(each)?.();
        ends.delete(each);
      }
    },
    createPushMessage: (options) =>
      called('createPushMessage', options, async () => {
        const { title, content, sound, delay = 0 } = options;
        await local.schedule({
          id: `local-${now()}-${++made}`,
          app,
          body: content,
          at: now() + delay * 1_000,
          ...(title === undefined ? {} : { title }),
          ...(sound === 'none' ? {} : { sound: 'default' }),
          ...(options.payload === undefined ? {} : { payload: options.payload }),
        });
        return {};
      }),
  };
}

function pushMessage(type: PushMessage['type'], message: Message): PushMessage {
  const { id, title, body, payload, isLocal } = message;
  return { type, data: { title, content: body, payload: valueOf(payload), id, local: isLocal } };
}

function valueOf(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}

/** With callbacks and with a promise, as all functions of uni are. */
async function called<T extends object>(
  name: string,
  options: Callbacks<T & { errMsg: string }>,
  task: () => Promise<T>,
): Promise<T & { errMsg: string }> {
  try {
    const result = { ...(await task()), errMsg: `${name}:ok` };
    options.success?.(result);
    options.complete?.(result);
    return result;
  } catch (failure) {
    const result = { errMsg: `${name}:fail ${failure instanceof Error ? failure.message : String(failure)}` };
    options.fail?.(result);
    options.complete?.(result);
    if (options.fail || options.complete || options.success) {
      return { ...result } as T & { errMsg: string };
    }
    throw failure;
  }
}
