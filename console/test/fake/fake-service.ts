import { randomUUID } from 'node:crypto';
import type { Broker } from '../../../clients/test/broker';
import { devices, entries, history, overview, type Row } from './recorded';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

type Say = (event: string, data: unknown) => void;
type Step = { step: string; at: string; atMillis: number; where: string; why?: string };

export function problem(status: number, title: string, detail: string, more: object = {}): Answer {
  return { status, body: { type: 'about:blank', title, status, detail, ...more } };
}

const ok = (body: unknown, status = 200): Answer => ({ status, body });
const PAGE = 100;

/** What is behind the admin port, so far as the console sees it; notifications to the token of the phone go through the broker. */
export class FakeService {
  host = '';
  role: 'admin' | 'read' = 'admin';
  features = ['events', 'history', 'devices', 'disconnect', 'audit-log', 'revoke-token', 'topics', 'token-check', 'jwt-check', 'webhook-deliveries'];
  readonly asked: string[] = [];
  readonly entries = entries();
  /** What answers with 503 meanwhile: the beginnings of paths. */
  readonly away = new Set<string>();
  alarms: object[] = [];
  private readonly sent = new Map<string, { app: string; at: number; isWithdrawn: boolean }>();
  private readonly broadcasts = new Map<string, { asked: number; isStopped: boolean; condition: string; app: string }>();
  private readonly listeners = new Set<Say>();
  private readonly told = new Set<string>();
  private readonly rows: Row[] = history(250);
  private readonly timer = setInterval(() => this.tellReceipts(), 60);

  constructor(private readonly broker: Broker) {}

  stop(): void {
    clearInterval(this.timer);
  }

  streamOf({ method, path }: Asked): ((say: Say) => () => void) | null {
    if (method === 'GET' && path === '/v1/admin/events') {
      return (say) => {
        let second = 0;
        const tell = (): void => say('overview', overview(second++, this.alarms));
        tell();
        const timer = setInterval(tell, 250);
        return () => clearInterval(timer);
      };
    }
    if (method === 'GET' && path === '/v1/receipts') {
      return (say) => {
        this.listeners.add(say);
        return () => this.listeners.delete(say);
      };
    }
    return null;
  }

  answer(asked: Asked): Answer {
    const { method, path } = asked;
    this.asked.push(`${method} ${path}${asked.query.size ? `?${decodeURIComponent(asked.query.toString())}` : ''}`);
    if ([...this.away].some((each) => path.startsWith(each))) {
      return problem(503, 'Service Unavailable', 'a part of the history is being restored');
    }
    const isChange = method !== 'GET' && !path.startsWith('/v1/admin/checks/');
    if (isChange && this.role === 'read') {
      return problem(403, 'Forbidden', 'role: read (expected: admin)');
    }
    return this.general(asked) ?? this.ofDevices(asked) ?? this.ofNotifications(asked) ?? this.ofEntries(asked) ?? problem(404, 'Not Found', `path: ${path}`);
  }

  private general({ method, path, query, body }: Asked): Answer | null {
    switch (`${method} ${path}`) {
      case 'GET /v1/admin/session':
        return ok({
          id: 'K3J9ABCDEF', name: 'local', role: this.role, notAfter: null, installation: '0d0c', version: '0.1.0', process: 'ingest-api-1', providerUrl: 'http://localhost:8080',
          providers: 'open', devices: 'open', mqtt: [`ws://${this.host}/mqtt`], nodes: [], features: this.features,
        });
      case 'GET /v1/admin/audit-log':
        return ok({ entries: this.entries.audit });
      case 'GET /v1/statistics':
        return ok({ from: '2026-06-01', to: '2026-06-07', by: 'outcome', rows: query.get('app') === 'com.example.empty' ? [] : [{ outcome: 'delivered', notifications: 9_212 }, { outcome: 'pending', notifications: 204 }, { outcome: 'expired', notifications: 31 }, { outcome: 'evicted', notifications: 0 }] });
      case 'GET /v1/admin/topics':
        return ok({ topics: [{ topic: 'goals', subscribers: 1204 }, { topic: 'tag:vip', subscribers: 12 }, { topic: 'user:42', subscribers: 2 }] });
      case 'GET /v1/admin/topics/goals/subscribers': {
        const after = Number(query.get('after')?.slice('phone-'.length) ?? 0);
        const devices = Array.from({ length: Math.min(100, 1_204 - after) }, (_, i) => `phone-${String(after + i + 1).padStart(4, '0')}`);
        return ok({ app: query.get('app'), topic: 'goals', subscribers: 1_204, devices, ...(after + 100 < 1_204 ? { next: `${path}?app=${query.get('app')}&after=${devices.at(-1)}&limit=100` } : {}) });
      }
      case 'POST /v1/admin/checks/token':
        return ok(body['token'] === 'f'.repeat(64) ? { result: 'forged' } : { result: 'genuine', keyId: 1, revoked: false, since: null });
      case 'POST /v1/admin/checks/jwt':
        return ok(body['kind'] === 'provider' ? { accepted: true, owner: 'team ABCDE12345, apps all' } : { accepted: null, reason: 'token\'s iss: no issuer that is entered (delivery nodes may know it from auth.devices.issuers)' });
      default:
        return null;
    }
  }

  private ofDevices({ method, path, query, body }: Asked): Answer | null {
    if (path === '/v1/admin/devices') {
      const all = devices.filter(({ device }) => device.startsWith(query.get('prefix') ?? ''));
      const from = Number(query.get('after') ?? 0);
      const limit = Number(query.get('limit') ?? PAGE);
      const next = from + limit < all.length ? { next: `${path}?prefix=${query.get('prefix') ?? ''}&limit=${limit}&after=${from + limit}` } : {};
      return ok({ devices: all.slice(from, from + limit), ...next, missing: [] });
    }
    const [, device, more] = /^\/v1\/(?:admin\/)?devices\/([^/]+)(\/.*)?$/.exec(path) ?? [];
    if (!device) {
      return /^\/v1\/admin\/erasures\//.test(path) ? ok({ id: path.split('/').pop(), state: 'done' })
        : /^\/v1\/replays\//.test(path) ? ok({ id: path.split('/').pop(), state: 'completed', sent: 3, away: 0, leftOut: 1 }) : null;
    }
    const found = devices.find((each) => each.device === decodeURIComponent(device));
    if (!found) {
      return problem(404, 'Not Found', `device: ${device} (expected: one that is registered)`);
    }
    switch (`${method} ${more ?? ''}`) {
      case 'GET ':
        return ok({
          ...found, node: 'delivery-node-1', since: at(-3_600), protocol: 'MQTT 5', transport: 'websocket', subscriptions: ['tidings/#'], session: { subscriptions: ['tidings/#'], keptForSeconds: 3_600 },
          registrations: [{ app: 'com.example.news', token: '01c3'.repeat(16), since: at(-86_400), locale: 'de-DE', timeZone: 'Europe/Berlin', user: '42', tags: ['vip'], topics: ['goals'] }],
          inbox: { inFlight: 1, waiting: 2, payloadBytes: 512, oldest: at(-600), more: false },
        });
      case 'GET /inbox':
        return ok({
          device: found.device, connected: found.connected,
          notifications: ['inFlight', 'waiting', 'waiting'].map((state, i) => ({ id: `0194d9f6-174a-7d12-8dc6-64${i}3fe633ec6`, kind: i === 2 ? 'withdrawal' : 'notification', app: 'com.example.news', state, acceptedAt: at(-600 + i), expiresAt: at(3_000), payloadBytes: 104 + i })),
        });
      case 'DELETE ':
        return ok({ erasure: randomUUID() }, 202);
      case 'DELETE /connection':
        return ok({ device: found.device, disconnected: found.connected });
      case 'DELETE /registrations/com.example.news':
        return ok({ device: found.device, app: 'com.example.news', token: '01c3'.repeat(16) });
      case 'POST /replay':
        return body['dryRun'] === false ? ok({ id: randomUUID(), dryRun: false, state: 'waiting' }, 202) : ok({ dryRun: true, count: 3, devices: 1 });
      default:
        return null;
    }
  }

  private ofNotifications({ method, path, query, body }: Asked): Answer | null {
    if (path === '/v1/notifications' && method === 'GET') {
      const all = this.rows.filter((row) => (!query.get('outcome') || row.outcome === query.get('outcome')) && (!query.get('device') || row.device === query.get('device')));
      const from = Number(query.get('cursor') ?? 0);
      const others = new URLSearchParams(query);
      others.set('cursor', String(from + PAGE));
      return query.get('app') === 'com.example.empty' ? ok({ notifications: [] }) : ok({ notifications: all.slice(from, from + PAGE), ...(from + PAGE < all.length ? { next: `${path}?${others}` } : {}) });
    }
    if (path === '/v1/notifications' && method === 'POST') {
      return this.send(body);
    }
    const [, kind, id] = /^\/v1\/(notifications|broadcasts)\/(.+)$/.exec(path) ?? [];
    if (kind === 'broadcasts') {
      return this.broadcast(method, id!);
    }
    if (kind !== 'notifications') {
      return /^\/v1\/topics\/.+\/subscribers$/.test(path) ? ok({ token: body['token'], acceptedAt: at(0) }, 202) : null;
    }
    if (method === 'DELETE') {
      const known = this.sent.get(id!);
      if (known) {
        known.isWithdrawn = true;
        this.broker.push(`withdraw-${id}`, {});
      }
      return known ? ok({ id, withdrawn: 0, told: 1, unchanged: 0 }) : problem(404, 'Not Found', 'id: not known');
    }
    const trace = this.sent.has(id!) ? this.trace(id!) : this.rows.some((row) => row.uniqueId === id || row.id === id) ? recordedTrace(id!) : null;
    return trace ? ok(trace) : problem(404, 'Not Found', `id: ${id} (expected: one that was accepted within the last 7 days)`);
  }

  private send(body: Record<string, unknown>): Answer {
    const target = (body['target'] ?? {}) as Record<string, string>;
    const ttl = body['ttl'];
    if (ttl !== undefined && (!Number.isInteger(ttl) || (ttl as number) < 0)) {
      return problem(400, 'Bad Request', `ttl: ${String(ttl)} (expected: a whole number of seconds from 0 to 315360000)`);
    }
    const id = typeof body['id'] === 'string' ? body['id'] : randomUUID();
    if (body['dryRun']) {
      return ok({ id, dryRun: true });
    }
    const condition = target['condition'] ?? (target['topic'] && `'${target['topic']}' in topics`);
    if (condition) {
      this.broadcasts.set(id, { asked: 0, isStopped: false, condition, app: String(body['app']) });
      return ok({ id, broadcast: `/v1/broadcasts/${id}`, acceptedAt: at(0) }, 202);
    }
    if (target['token'] && target['token'] !== 'the-token') {
      return problem(400, 'Bad Request', `token: ${target['token'].slice(0, 8)}… (expected: one that was issued here)`);
    }
    this.sent.set(id, { app: String(body['app']), at: Date.now(), isWithdrawn: false });
    this.broker.push(id, body['payload'] as object);
    return ok({ id, uniqueId: id, token: target['token'], acceptedAt: at(0) }, 202);
  }

  private trace(id: string): object {
    const { app, at: accepted, isWithdrawn } = this.sent.get(id)!;
    const isConfirmed = this.broker.confirmed.includes(id);
    const step = (name: string, after: number, where: string, why?: string): Step => ({ step: name, at: new Date(accepted + after).toISOString(), atMillis: accepted + after, where, ...(why ? { why } : {}) });
    const isShown = this.broker.requests.some((each) => each.startsWith('$tidings/displayed') && each.includes(id));
    const steps = [step('accepted', 0, 'ingest-api-1'), step('resolved', 2, 'streams-processor-1')];
    if (isConfirmed) {
      steps.push(step('pushed', 3, 'delivery-node-1'), step('confirmed', 5, 'delivery-node-1'));
      steps.push(...(isShown ? [step('displayed', 40, 'delivery-node-1')] : []), ...(isWithdrawn ? [step('withdrawn', 60, 'delivery-node-1', 'the device was told')] : []));
    } else {
      steps.push(step('parked', 4, 'delivery-node-1', 'the device is away'));
    }
    return { id, uniqueId: id, outcome: isConfirmed ? 'delivered' : 'pending', device: this.broker.connects.at(-1) ?? 'phone', app, steps };
  }

  private broadcast(method: string, id: string): Answer {
    const known = this.broadcasts.get(id);
    if (!known) {
      return problem(404, 'Not Found', `id: ${id}`);
    }
    known.isStopped ||= method === 'DELETE';
    known.asked++;
    const state = known.isStopped ? 'stopped' : 'running';
    const sent = Math.min(81_250, known.asked * 20_000);
    return ok({ id, app: known.app, condition: known.condition, state, sent, subscribers: sent, total: 100_000, startedAt: at(-5), ...(known.isStopped ? { endedAt: at(0) } : {}), partitions: { waiting: 0, running: known.isStopped ? 0 : 5, ended: known.isStopped ? 8 : 3, rejected: 0, missing: 0 } }, method === 'DELETE' ? 202 : 200);
  }

  private ofEntries({ method, path, body }: Asked): Answer | null {
    const [, part, id] = /^\/v1\/admin\/(teams|apps|keys|api-keys|issuers|webhooks|limits|administrators)(?:\/(.+))?$/.exec(path) ?? [];
    if (!part) {
      return null;
    }
    const member = part === 'api-keys' ? 'apiKeys' : part;
    const list = (this.entries.lists[member] ??= []);
    if (method === 'GET' && id?.endsWith('/deliveries')) {
      return ok({
        webhook: id.split('/')[0], enabled: false, disabledSince: at(-4e3), disabledWhy: 'answered 410', failingSince: null, servedHere: true,
        deliveries: [
          { at: at(-4_000), tookMillis: 31, events: 3, taken: false, status: 410, failure: 'the endpoint answers 410 (Gone)', nextAt: null },
          { at: at(-4_060), tookMillis: 15_000, events: 3, taken: false, status: null, failure: 'no answer within 15000 ms', nextAt: at(-4_000) },
          { at: at(-5_000), tookMillis: 12, events: 100, taken: true, status: 204, failure: null, nextAt: null },
        ],
      });
    }
    if (method === 'GET') {
      return ok({ [member]: list });
    }
    if (method === 'POST' && id?.endsWith('/rotation')) {
      return ok({ ...list[0], secret: 'tid_NEWKEYNEWK_0123456789abcdef' }, 201);
    }
    if (method === 'POST') {
      if (part === 'teams' && list.some((each) => each['name'] === body['name'])) {
        return problem(409, 'Conflict', 'name: taken', { field: 'name', value: body['name'], expected: 'one that no team has' });
      }
      const made = { id: 'NEWKEYNEWK', kid: 'NEWKEYNEWK', created: at(0), notAfter: null, apps: null, ...body };
      list.push(made);
      return ok({ ...made, ...(part === 'api-keys' ? { secret: 'tid_NEWKEYNEWK_0123456789abcdef' } : {}) }, 201);
    }
    if (method === 'DELETE') {
      const index = list.findIndex((each) => Object.values(each).includes(decodeURIComponent(id!.split('/').pop()!)));
      list.splice(index, index < 0 ? 0 : 1);
      return { status: 204 };
    }
    return ok({ ...list[0], ...body });
  }

  private tellReceipts(): void {
    for (const id of this.broker.confirmed) {
      if (this.sent.has(id) && !this.told.has(id)) {
        this.told.add(id);
        this.listeners.forEach((say) => say('confirmed', this.trace(id)));
      }
    }
  }
}

export function at(seconds: number): string {
  return new Date(Date.now() + seconds * 1_000).toISOString();
}

function recordedTrace(id: string): object {
  const start = Date.now() - 60_000;
  const steps = (list: [string, number, string, string?][]): Step[] => list.map(([step, after, where, why]) => ({ step, at: new Date(start + after).toISOString(), atMillis: start + after, where, ...(why ? { why } : {}) }));
  return {
    id, uniqueId: id, outcome: 'delivered', device: 'phone-0001', app: 'com.example.news',
    steps: steps([['accepted', 0, 'ingest-api-1'], ['resolved', 115, 'streams-processor-1'], ['parked', 150, 'delivery-node-1', 'the device is away'], ['pushed', 2_179, 'delivery-node-1'], ['confirmed', 2_229, 'delivery-node-1'], ['displayed', 2_310, 'delivery-node-1']]),
    others: [{ id, uniqueId: '0194d9f6-174a-7d12-8dc6-643fe6330002', outcome: 'pending', device: 'phone-0002', app: 'com.example.news', steps: steps([['accepted', 0, 'ingest-api-1'], ['resolved', 116, 'streams-processor-1'], ['parked', 152, 'delivery-node-1', 'the device is away']]), location: { inbox: 'delivery-node-1' } }],
  };
}
