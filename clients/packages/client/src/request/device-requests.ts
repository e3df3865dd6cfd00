import type { Hints, NotificationRef, Registration } from '../device.js';
import type { Request } from './pending.js';
import type { ReplayRequest } from './replays.js';

/** The requests of docs/mqtt.md. */

export function registerRequest(app: string, hints: Hints): Request {
  const body = Object.fromEntries(
    Object.entries({ app, ...hints }).filter(([, value]) => value !== undefined),
  );
  return {
    topic: '$tidings/register',
    body,
    answers: { topic: '$tidings/registered', fields: { app } },
    name: `register ${app}`,
  };
}

export function registrationOf(app: string, answer: Readonly<Record<string, unknown>>): Registration {
  const { token, ignored } = answer;
  return {
    app,
    token: String(token ?? ''),
    ignored: Array.isArray(ignored) ? ignored.map(String) : [],
  };
}

export function unregisterRequest(app: string): Request {
  return {
    topic: '$tidings/unregister',
    body: { app },
    answers: { topic: '$tidings/unregistered', fields: { app } },
    name: `unregister ${app}`,
  };
}

export function membershipRequest(
  change: 'subscribe' | 'unsubscribe',
  body: { app: string; topic: string } | { app: string; channel: string },
): Request {
  return {
    topic: `$tidings/${change}`,
    body,
    answers: { topic: `$tidings/${change}d`, fields: body },
    name: `${change} ${JSON.stringify(body)}`,
  };
}

export function reportRequest(what: 'displayed' | 'opened', { id, app }: NotificationRef): Request {
  return { topic: `$tidings/${what}`, body: { id, app }, name: `${what} ${id}` };
}

export function replayRequest({ since, until, app }: ReplayRequest): Request {
  const body = {
    since,
    ...(until === undefined ? {} : { until }),
    ...(app === undefined ? {} : { app }),
  };
  return { topic: '$tidings/replay', body, answers: { topic: '$tidings/replayed', fields: {} }, name: 'replay' };
}

export const stopReplayRequest: Request = {
  topic: '$tidings/replay',
  body: { stop: true },
  name: 'stop replay',
};
