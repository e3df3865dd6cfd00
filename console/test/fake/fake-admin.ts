import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Broker } from '../../../clients/test/broker';
import { type Answer, FakeService, problem } from './fake-service';

export const CREDENTIAL = 'tad_K3J9ABCDEF_secret';
const FILES = fileURLToPath(new URL('../../target/classes/dev/tidings/console/', import.meta.url));
const TYPES: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png' };

/** The admin port, as the contract has it, in front of a broker that devices connect to at the same address. */
export class FakeAdmin {
  readonly broker: Broker;
  readonly service: FakeService;
  private host = '';

  constructor() {
    this.broker = new Broker((request, response) => void this.take(request, response));
    this.service = new FakeService(this.broker);
  }

  async start(): Promise<string> {
    this.host = await this.broker.start();
    this.service.host = this.host;
    return `http://${this.host}`;
  }

  async stop(): Promise<void> {
    this.service.stop();
    await this.broker.stop();
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, `http://${this.host}`);
    if (!url.pathname.startsWith('/v1/')) {
      await this.file(url.pathname, response);
      return;
    }
    if (request.headers.authorization !== `Bearer ${CREDENTIAL}`) {
      this.answer(response, problem(401, 'Unauthorized', 'authorization: not a valid credential (expected: Bearer tad_…)'));
      return;
    }
    let text = '';
    for await (const part of request) {
      text += String(part);
    }
    const asked = { method: request.method!, path: url.pathname, query: url.searchParams, body: text ? (JSON.parse(text) as Record<string, unknown>) : {} };
    const stream = this.service.streamOf(asked);
    if (stream) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write('retry: 500\n\n');
      const stop = stream((event, data) => response.write(`event: ${event}\nid: ${Date.now()}\ndata: ${JSON.stringify(data)}\n\n`));
      response.on('close', stop);
      return;
    }
    this.answer(response, this.service.answer(asked));
  }

  private answer(response: ServerResponse, { status, body }: Answer): void {
    const isProblem = status >= 400;
    response.writeHead(status, { 'content-type': isProblem ? 'application/problem+json' : 'application/json', 'cache-control': 'no-store', ...(status === 503 ? { 'retry-after': '2' } : {}) });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  private async file(path: string, response: ServerResponse): Promise<void> {
    const name = path === '/console/' ? 'index.html' : path.replace(/^\/console\//, '');
    try {
      const content = await readFile(FILES + name);
      response.writeHead(200, {
        'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
        'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' data:; font-src 'self'; manifest-src 'self'; worker-src 'self'; connect-src 'self' ws://${this.host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      response.end(content);
    } catch {
      response.writeHead(path === '/' ? 302 : 404, path === '/' ? { location: '/console/' } : {}).end();
    }
  }
}
