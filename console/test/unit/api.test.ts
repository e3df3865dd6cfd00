import { describe, expect, it } from 'vitest';
import { AdminApi, withQuery } from '../../src/api/admin-api';
import { EventParser, type ServerEvent } from '../../src/api/event-parser';
import { EventStream, type StreamState } from '../../src/api/event-stream';
import { ProblemError } from '../../src/api/problem';
import { credentialOf } from '../../src/session/credential-link';

function parsed(...parts: string[]): ServerEvent[] {
  const found: ServerEvent[] = [];
  const parser = new EventParser((event) => found.push(event));
  parts.forEach((part) => parser.push(part));
  return found;
}

describe('an event stream', () => {
  const text = ': hello\nretry: 2000\nevent: overview\nid: 7\ndata: {"a":\ndata: 1}\n\nid: 8\ndata:x\n\n';
  const events = [{ event: 'overview', id: '7', data: '{"a":\n1}' }, { event: 'message', id: '8', data: 'x' }];

  it('is the same however it is cut', () => {
    for (let at = 0; at <= text.length; at++) {
      expect(parsed(text.slice(0, at), text.slice(at))).toEqual(events);
    }
    expect(parsed(...text)).toEqual(events);
  });

  it('may end its lines with a carriage return, also at the cut', () => {
    const dos = text.replaceAll('\n', '\r\n');
    for (let at = 0; at <= dos.length; at++) {
      expect(parsed(dos.slice(0, at), dos.slice(at))).toEqual(events);
    }
  });

  it('is given up if an event does not end', () => {
    const parser = new EventParser(() => undefined);
    expect(() => {
      for (let i = 0; i < 5; i++) {
        parser.push('x'.repeat(1_000_000));
      }
    }).toThrow('an event of more than');
  });
});

function answering(...answers: (() => Response)[]): { fetching: typeof fetch; asked: { path: string; headers: Headers }[] } {
  const asked: { path: string; headers: Headers }[] = [];
  return {
    asked,
    fetching: async (path, init) => {
      asked.push({ path: String(path), headers: new Headers(init?.headers) });
      const answer = answers.shift();
      if (!answer) {
        return new Promise<Response>((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
      }
      return answer();
    },
  };
}

const problem = (status: number, detail: string, headers: Record<string, string> = {}) => (): Response =>
  new Response(JSON.stringify({ title: 'T', status, detail }), { status, headers: { 'content-type': 'application/problem+json', ...headers } });

describe('the admin port', () => {
  it('is asked with the credential, and its problems say what to do', async () => {
    const { fetching, asked } = answering(problem(503, 'a node is away', { 'retry-after': '2' }));
    const failure = await new AdminApi(() => 'tad_x', () => undefined, fetching).get('/v1/a', { query: { b: 'c d', none: '' } }).catch((cause: unknown) => cause);
    expect(asked[0]!.path).toBe('/v1/a?b=c+d');
    expect(asked[0]!.headers.get('authorization')).toBe('Bearer tad_x');
    expect(failure).toMatchObject({ status: 503, detail: 'a node is away', retryAfter: 2 });
  });

  it('tells who asks in vain that the credential is refused', async () => {
    let refused = 0;
    const { fetching } = answering(problem(401, 'no'));
    await expect(new AdminApi(() => 'x', () => refused++, fetching).get('/v1/a')).rejects.toBeInstanceOf(ProblemError);
    expect(refused).toBe(1);
  });

  it('has a problem without a status if there is no answer', async () => {
    const api = new AdminApi(() => 'x', () => undefined, () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(api.get('/v1/a')).rejects.toMatchObject({ status: 0, detail: 'Failed to fetch' });
  });

  it('keeps the query that a path has', () => {
    expect(withQuery('/v1/a?b=1', { c: 2 })).toBe('/v1/a?b=1&c=2');
  });
});

describe('a stream', () => {
  const stream = (text: string) => (): Response => new Response(text, { headers: { 'content-type': 'text/event-stream' } });

  it('goes on behind the last event when it was lost', async () => {
    const { fetching, asked } = answering(stream('retry: 1\n\nid: 5\ndata: a\n\n'), stream('id: 6\ndata: b\n\n'));
    const heard: string[] = [];
    await new Promise<void>((resolve) => {
      const events = new EventStream(new AdminApi(() => 'x', () => undefined, fetching), '/v1/receipts', { app: 'a' }, {
        heard: ({ data }) => {
          heard.push(data);
          if (data === 'b') {
            events.close();
            resolve();
          }
        },
      });
    });
    expect(heard).toEqual(['a', 'b']);
    expect(asked.map(({ headers }) => headers.get('last-event-id'))).toEqual([null, '5']);
  });

  it('ends when the service says that the credential is not good any more', async () => {
    const { fetching } = answering(stream('event: end\ndata: {"status":401,"detail":"revoked"}\n\n'));
    const states: StreamState[] = [];
    const failure = await new Promise<ProblemError | null>((resolve) => {
      new EventStream(new AdminApi(() => 'x', () => undefined, fetching), '/v1/admin/events', {}, {
        heard: () => undefined,
        changed: (state, cause) => {
          states.push(state);
          if (state === 'ended') {
            resolve(cause);
          }
        },
      });
    });
    expect(states).toEqual(['connecting', 'open', 'ended']);
    expect(failure?.detail).toBe('revoked');
  });
});

it('a credential comes in the fragment of one path alone', () => {
  expect(credentialOf('#/sign-in?credential=tad_A_b')).toBe('tad_A_b');
  expect(credentialOf('#/trace?credential=tad_A_b')).toBeNull();
  expect(credentialOf('')).toBeNull();
});
