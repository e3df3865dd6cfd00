import { describe, expect, it } from 'vitest';
import { jwtExpiry } from '../src/token/claims.js';
import { Bench } from './fakes/bench.js';
import { settled } from './fakes/manual-clock.js';

function jwt(expiresAt: number, name = 'jwt'): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'ES256' })}.${part({ sub: 'phone-1', name, exp: expiresAt / 1_000 })}.signature`;
}

describe('authentication', () => {
  it('reads when a token expires', () => {
    expect(jwtExpiry(jwt(1_700_000_123_000))).toBe(1_700_000_123_000);
    for (const none of ['', 'a.b', 'a.b.c', 'a.e30.c', 'a.bnVsbA.c']) {
      expect(jwtExpiry(none)).toBeNull();
    }
  });

  it('sends a fixed password, and ends when it is refused', async () => {
    const bench = new Bench();
    await bench.connected({ password: 'fixed' });
    expect(bench.server.last.all('connect')).toMatchObject([{ username: 'phone-1', password: Buffer.from('fixed') }]);
    bench.server.last.write({ cmd: 'disconnect', reasonCode: 0x87 });
    await bench.clock.advance(600_000);
    expect(bench.states).toEqual(['connected', 'ended']);
  });

  it('renews the token of an open connection before it expires', async () => {
    const bench = new Bench();
    let asked = 0;
    bench.server.otherwise = (connection, packet) => {
      if (packet.cmd === 'auth') {
        connection.write({ cmd: 'auth', reasonCode: 0, properties: { authenticationMethod: 'tidings-jwt' } });
      }
      return false;
    };
    await bench.connected({ tokens: () => jwt(bench.clock.now() + 100_000, `token ${++asked}`) });
    const { last } = bench.server;
    expect(last.all('connect')[0]!.properties).toMatchObject({ authenticationMethod: 'tidings-jwt' });
    await bench.clock.advance(79_000);
    expect(last.all('auth')).toEqual([]);
    await bench.clock.advance(2_000);
    expect(last.all('auth')).toMatchObject([{ reasonCode: 0x19, properties: { authenticationMethod: 'tidings-jwt' } }]);
    await bench.clock.advance(81_000);
    expect(last.all('auth')).toHaveLength(2);
    expect(asked).toBe(3);
    expect(bench.states).toEqual(['connected']);
  });

  it('answers a server that asks again', async () => {
    const bench = new Bench();
    let answers = 0;
    bench.server.otherwise = (connection, packet) => {
      if (packet.cmd === 'auth') {
        connection.write({
          cmd: 'auth', reasonCode: answers++ === 0 ? 0x18 : 0, properties: { authenticationMethod: 'tidings-jwt' },
        });
      }
      return false;
    };
    await bench.connected({ tokens: () => jwt(bench.clock.now() + 100_000) });
    await bench.clock.advance(81_000);
    expect(bench.server.last.all('auth').map(({ reasonCode }) => reasonCode)).toEqual([0x19, 0x18]);
  });

  it('asks for another token when one is refused, and comes back', async () => {
    const bench = new Bench();
    let asked = 0;
    bench.server.otherwise = (connection, packet) => {
      if (packet.cmd === 'connect' && asked === 1) {
        connection.write({ cmd: 'connack', sessionPresent: false, reasonCode: 0x86 });
        return true;
      }
      return false;
    };
    void bench.device({ tokens: () => jwt(0, `token ${++asked}`) }).connect();
    await bench.clock.advance(1_000);
    expect(asked).toBe(2);
    expect(bench.states).toEqual(['lost', 'connected']);
  });

  it('sends tokens as passwords to a server that does not know the method', async () => {
    const bench = new Bench();
    bench.server.otherwise = (connection, packet) => {
      if (packet.cmd === 'connect' && packet.properties?.authenticationMethod) {
        connection.write({ cmd: 'connack', sessionPresent: false, reasonCode: 0x8c });
        return true;
      }
      return false;
    };
    void bench.device({ tokens: () => 'the-token' }).connect();
    await bench.clock.advance(1_000);
    expect(bench.states).toEqual(['lost', 'connected']);
    expect(bench.server.last.all('connect')).toMatchObject([{ username: 'phone-1', password: Buffer.from('the-token') }]);
  });

  it('waits and asks again where there is no token, or none in time', async () => {
    const bench = new Bench();
    let asked = 0;
    const tokens = (): string | Promise<string> => {
      asked++;
      return asked === 1 ? Promise.reject(new Error('offline')) : asked === 2 ? new Promise(() => undefined) : 'good';
    };
    void bench.device({ tokens, answerTimeout: 5_000 }).connect();
    await bench.clock.advance(10_000);
    expect(bench.changes).toMatchObject([
      { state: 'lost', reason: 'no token: offline' },
      { state: 'lost', reason: 'no token: no token in time' },
      { state: 'connected' },
    ]);
  });

  it('repeats no token in what it says', async () => {
    const bench = new Bench();
    const long = 's3cret'.repeat(20_000);
    void bench.device({ tokens: () => long }).connect();
    await settled();
    expect(JSON.stringify(bench.changes)).toContain('120000 bytes');
    expect(JSON.stringify(bench.changes)).not.toContain('s3cret');
  });
});
