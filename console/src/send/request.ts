import { type Draft, isBroadcast, type PushType } from './draft';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

/** The JSON of a member was none. */
export class DraftError extends Error {
  constructor(
    readonly field: keyof Draft,
    message: string,
  ) {
    super(message);
  }
}

/**
 * The request that a draft asks for. What the service checks is left to it, for it says what was expected; here only what could
 * not be said in JSON.
 */
export function requestOf(draft: Draft, now: () => number = Date.now): JsonObject {
  const request: JsonObject = {
    target: { [draft.target]: draft[draft.target].trim() },
    app: draft.app.trim(),
    payload: payloadOf(draft, now),
  };
  const add = (name: string, value: Json | undefined): void => {
    if (value !== undefined && value !== '') {
      request[name] = value;
    }
  };
  add('id', draft.id.trim());
  if (draft.pushType !== 'alert') {
    add('pushType', draft.pushType);
  }
  add('priority', numberOf(draft.priority));
  add('ttl', numberOf(draft.ttl));
  add('collapseId', draft.collapseId);
  if (draft.when === 'at' && draft.at) {
    add('deliverAt', instantOf(draft.at));
  }
  if (!isBroadcast(draft)) {
    if (draft.when === 'local' && draft.at) {
      add('deliverAt', { local: draft.at.slice(0, 16) });
    }
    if (draft.quietFrom && draft.quietTo) {
      add('quietHours', { from: draft.quietFrom, to: draft.quietTo });
    }
  } else {
    add('over', numberOf(draft.over));
  }
  return request;
}

function payloadOf(draft: Draft, now: () => number): JsonObject {
  const data = dataOf(draft);
  const own = data['aps'];
  const aps = { ...apsOf(draft, now), ...(isObject(own) ? own : {}) };
  return { ...(Object.keys(aps).length > 0 ? { aps } : {}), ...Object.fromEntries(Object.entries(data).filter(([name]) => name !== 'aps' || !isObject(own))) };
}

function apsOf({ pushType, title, subtitle, body, badge, sound }: Draft, now: () => number): JsonObject {
  if (pushType === 'background') {
    return { 'content-available': 1 };
  }
  if (pushType === 'liveactivity') {
    return { timestamp: Math.floor(now() / 1_000), event: 'update', 'content-state': {} };
  }
  if (!hasAlert(pushType)) {
    return {};
  }
  const aps: JsonObject = {};
  if (title || subtitle) {
    aps['alert'] = { ...(title ? { title } : {}), ...(subtitle ? { subtitle } : {}), ...(body ? { body } : {}) };
  } else if (body) {
    aps['alert'] = body;
  }
  const count = numberOf(badge);
  if (count !== undefined) {
    aps['badge'] = count;
  }
  if (sound) {
    aps['sound'] = 'default';
  }
  return aps;
}

/** Whether a push of this type shows something by itself. */
export function hasAlert(pushType: PushType): boolean {
  return pushType === 'alert';
}

function dataOf({ data }: Draft): JsonObject {
  if (!data.trim()) {
    return {};
  }
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch (cause) {
    throw new DraftError('data', cause instanceof Error ? cause.message : String(cause));
  }
  if (!isObject(value)) {
    throw new DraftError('data', '{…}');
  }
  return value;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A number, or the text that is none: then the service says what it expected. */
function numberOf(text: string): Json | undefined {
  const typed = text.trim();
  if (typed === '') {
    return undefined;
  }
  return /^-?\d+(\.\d+)?$/.test(typed) ? Number(typed) : typed;
}

function instantOf(local: string): string {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? local : at.toISOString();
}
