/** Answers in the shapes of the contract. */
import { at } from './fake-service';

export interface Row {
  id: string;
  uniqueId: string;
  app: string;
  mark: string;
  device: string;
  acceptedAt: string;
  outcome: string;
  lastStep: string;
  lastStepAt: string;
}

const ENDS: [string, string][] = [['delivered', 'confirmed'], ['delivered', 'displayed'], ['pending', 'parked'], ['expired', 'expired'], ['delivered', 'opened'], ['unregistered', 'unregistered'], ['collapsed', 'collapsed']];

export const devices = Array.from({ length: 240 }, (_, i) => ({
  device: `phone-${String(i + 1).padStart(4, '0')}`,
  connected: i % 3 !== 2,
}));

export function history(count: number): Row[] {
  return Array.from({ length: count }, (_, i) => {
    const [outcome, lastStep] = ENDS[i % ENDS.length]!;
    const id = `0194d9f6-174a-7d12-8dc6-643fe633${String(i).padStart(4, '0')}`;
    return { id, uniqueId: id, app: 'com.example.news', mark: '9f86d081884c7d65', device: devices[i % devices.length]!.device, acceptedAt: at(-i * 7), outcome, lastStep, lastStepAt: at(-i * 7 + (i % 5) * 0.4) };
  });
}

export function overview(second: number, alarms: object[]): object {
  const wave = Math.sin(second / 9);
  return {
    at: at(second * 0.75),
    rates: second < 2 ? null : { accepted: 1_042 + 220 * wave, pushed: 1_040 + 218 * wave, confirmed: 1_038.5 + 214 * Math.sin((second - 1) / 9), parked: 2, replayed: 0 },
    latencyMillis: { count: 5_193, p50: 3.1 + wave * 0.4, p90: 4.2, p99: 7.9 + Math.abs(wave) * 3, p999: 12 },
    inbox: { waiting: 1_204, bytes: 893_021, oldestOpenSeconds: 0.4 },
    connections: { tcp: 20_412, tls: 61_003, websocket: 312, 'websocket-tls': 8_120, relayed: 44 },
    partitions: Array.from({ length: 12 }, (_, i) => ({ partition: i, node: i === 11 ? null : `delivery-node-${(i % 2) + 1}`, notificationsLag: i === 5 ? 1_204 : 0, deliveriesLag: i === 5 ? 17 : i % 4 })),
    nodes: [
      { node: 'delivery-node-1', address: '10.0.0.1:1884', answers: true, partitions: 6, connections: 44_920, version: '0.1.0' },
      { node: 'delivery-node-2', address: '10.0.0.2:1884', answers: alarms.length === 0, partitions: 5, connections: 44_927, version: '0.1.0' },
    ],
    audit: { difference: 0, behindSeconds: 12 },
    drops: { expired: 214, unregistered: 88, rejected: 3, collapsed: 41, evicted: 0, withdrawn: 6 },
    alarms,
  };
}

export function entries(): { lists: Record<string, Record<string, unknown>[]>; audit: object[] } {
  const team = 'ABCDE12345';
  return {
    lists: {
      teams: [{ id: team, name: 'Press', created: at(-9e6) }, { id: 'ZYXWV98765', name: 'Shop', created: at(-4e6) }],
      apps: [{ app: 'com.example.news', team }, { app: 'com.example.shop', team: 'ZYXWV98765' }],
      keys: [{ kid: 'KEYKEYKEY1', team, apps: null, created: at(-8e6), notAfter: null, publicKey: '' }, { kid: 'KEYKEYKEY0', team, apps: ['com.example.news'], created: at(-9e6), notAfter: at(-100), publicKey: '' }],
      apiKeys: [{ id: 'APIKEY0001', team, apps: ['com.example.news'], created: at(-8e6), notAfter: at(9e5) }],
      issuers: [{ issuer: 'https://id.example.com', team, keysUrl: 'https://id.example.com/jwks', keySet: null, audience: null, apps: null, created: at(-8e6) }],
      webhooks: [{ id: 'WEBHOOK001', team, app: 'com.example.news', url: 'https://hooks.example.com/tidings', maxEvents: 100, created: at(-8e6), previousUntil: null, enabled: false, disabledSince: at(-4e3), disabledWhy: 'answered 410' }],
      limits: [{ app: 'com.example.news', perSecond: 500, burstSeconds: 2 }, { team, perSecond: 0, burstSeconds: 1 }],
      administrators: [{ id: 'K3J9ABCDEF', name: 'local', role: 'admin', created: at(-8e6), notAfter: null }],
    },
    audit: [
      { offset: 17, at: at(-30), who: 'K3J9ABCDEF', from: '127.0.0.1', entry: 'api-key/APIKEY0001', what: 'api-key create: team ABCDE12345, apps com.example.news' },
      { offset: 16, at: at(-90), who: 'K3J9ABCDEF', from: '127.0.0.1', entry: 'device/phone-0099', what: 'device erase' },
      { offset: 15, at: null, who: null, from: null, entry: null, what: null },
      { offset: 14, at: at(-90_000), who: 'K3J9ABCDEF', from: '10.0.0.7', entry: 'key/KEYKEYKEY0', what: 'key revoke' },
    ],
  };
}
