import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type Draft, newDraft, PUSH_TYPES } from '../../src/send/draft';
import { DraftError, requestOf } from '../../src/send/request';
import { parseRaw, snippetOf } from '../../src/send/snippets';

const draft = (more: Partial<Draft>): Draft => ({ ...newDraft('com.example.news'), token: ' ab12 ', sound: false, ...more });

describe('the guided form', () => {
  it('asks for as little as was typed', () => {
    expect(requestOf(draft({ body: 'Hello' }))).toEqual({ target: { token: 'ab12' }, app: 'com.example.news', payload: { aps: { alert: 'Hello' } } });
  });

  it('asks for everything that was typed', () => {
    const request = requestOf(draft({
      title: 'News', subtitle: 'Sport', body: '1:0', badge: '3', sound: true, data: '{"match": 7, "aps": {"thread-id": "goals"}}', priority: '5', ttl: '60', collapseId: 'match-7',
      when: 'local', at: '2026-12-24T18:00', quietFrom: '22:00', quietTo: '07:00', id: '0194d9f6-174a-7d12-8dc6-643fe633ec6a',
    }));
    expect(request).toEqual({
      target: { token: 'ab12' }, app: 'com.example.news', id: '0194d9f6-174a-7d12-8dc6-643fe633ec6a', priority: 5, ttl: 60, collapseId: 'match-7', deliverAt: { local: '2026-12-24T18:00' }, quietHours: { from: '22:00', to: '07:00' },
      payload: { match: 7, aps: { alert: { title: 'News', subtitle: 'Sport', body: '1:0' }, badge: 3, sound: 'default', 'thread-id': 'goals' } },
    });
  });

  it('asks for nothing of a broadcast that only devices have', () => {
    const request = requestOf(draft({ target: 'topic', topic: 'goals', body: '1:0', over: '600', when: 'local', at: '2026-12-24T18:00', quietFrom: '22:00', quietTo: '07:00' }));
    expect(request).toMatchObject({ target: { topic: 'goals' }, over: 600 });
    expect(request).not.toHaveProperty('deliverAt');
    expect(request).not.toHaveProperty('quietHours');
  });

  it('has a payload for each push type', () => {
    for (const pushType of PUSH_TYPES) {
      const request = requestOf(draft({ pushType, body: 'Hello', data: '{"a":1}' }), () => 5_000);
      expect(request['pushType'], pushType).toBe(pushType === 'alert' ? undefined : pushType);
      expect(request['payload'], pushType).toMatchObject({ a: 1 });
    }
    expect(requestOf(draft({ pushType: 'background' }))['payload']).toEqual({ aps: { 'content-available': 1 } });
    expect(requestOf(draft({ pushType: 'liveactivity' }), () => 5_000)['payload']).toEqual({ aps: { timestamp: 5, event: 'update', 'content-state': {} } });
  });

  it('leaves a number that is none to the service, which says what it expected', () => {
    expect(requestOf(draft({ ttl: 'soon' }))['ttl']).toBe('soon');
  });

  it('says which JSON is none', () => {
    expect(() => requestOf(draft({ data: '{' }))).toThrow(DraftError);
    expect(() => requestOf(draft({ data: '[1]' }))).toThrow('{…}');
    expect(() => parseRaw('[1]')).toThrow('{…}');
  });
});

describe('the request as others write it', () => {
  const request = requestOf(draft({ body: `It's "$HOME" \`x\` \\n """ 你好` }));

  it('is the same in a shell', () => {
    const command = snippetOf('curl', request, 'http://localhost:8080', true);
    expect(command).toContain('http://localhost:8080/v1/notifications');
    const printed = execFileSync('bash', ['-c', command.replace('curl -i', "printf '%s\\n'")], { encoding: 'utf8' }).split('\n');
    expect(JSON.parse(printed.find((line) => line.startsWith('{'))!)).toEqual(request);
  });

  it('is the same in Java', () => {
    const block = /"""\n([\s\S]*?)\n {4}"""/.exec(snippetOf('java', request, 'http://localhost:8080', false))![1]!;
    const text = block.replace(/^ {4}/gm, '').replaceAll('\\"', '"').replaceAll('\\\\', '\\');
    expect(JSON.parse(text)).toEqual(request);
  });

  it('is a line of NDJSON', () => {
    expect(snippetOf('ndjson', request, '', true)).toBe(`${JSON.stringify(request)}\n`);
  });

  it('has a credential where one is needed', () => {
    expect(snippetOf('curl', request, 'http://x', false)).toContain('-H "authorization: Bearer $TIDINGS_API_KEY"');
    expect(snippetOf('curl', request, 'http://x', true)).not.toContain('authorization');
  });
});
