import { generate, type Packet, parser } from 'mqtt-packet';
import type { Line, LineEvents, Transport } from '../../src/index.js';
import { settled } from './manual-clock.js';

type Of<C extends Packet['cmd']> = Extract<Packet, { cmd: C }>;

/** A connection at a server that does what a test says, with a codec that nobody here wrote. */
export class FakeConnection implements Line {
  /** Everything that has come. */
  readonly received: Packet[] = [];
  isClosed = false;
  private readonly parser = parser({ protocolVersion: 5 });

  constructor(
    readonly url: string,
    private readonly events: LineEvents,
    private readonly react: (connection: FakeConnection, packet: Packet) => void,
  ) {
    this.parser.on('packet', (packet) => {
      this.received.push(packet);
      // As over a network: not before the client has ended what it does.
      queueMicrotask(() => this.react(this, packet));
    });
    this.parser.on('error', (failure: Error) => {
      throw failure;
    });
  }

  send(bytes: Uint8Array): void {
    this.parser.parse(Buffer.from(bytes));
  }

  close(): void {
    this.isClosed = true;
  }

  opened(): void {
    this.events.opened();
  }

  /** The server sends a packet. */
  write(packet: Packet): void {
    this.bytes(generate(packet, { protocolVersion: 5 }));
  }

  bytes(bytes: Uint8Array): void {
    if (!this.isClosed) {
      this.events.received(new Uint8Array(bytes));
    }
  }

  /** The line breaks. */
  drop(reason = 'gone'): void {
    if (!this.isClosed) {
      this.isClosed = true;
      this.events.closed(reason);
    }
  }

  all<C extends Packet['cmd']>(cmd: C): Of<C>[] {
    return this.received.filter((packet): packet is Of<C> => packet.cmd === cmd);
  }

  get confirmed(): number[] {
    return this.all('puback').map((packet) => packet.messageId!);
  }

  /** Pushes a notification. */
  push(messageId: number, id: string, more: { payload?: string; app?: string; dup?: boolean; user?: Record<string, string> } = {}): void {
    this.write({
      cmd: 'publish',
      topic: `tidings/${more.app ?? 'com.example.news'}/${id}`,
      payload: more.payload ?? `{"aps":{"alert":"${id}"}}`,
      qos: 1,
      dup: more.dup ?? false,
      retain: false,
      messageId,
      properties: { userProperties: { 'apns-id': id, ...more.user } },
    });
  }

  /** Sends an answer to a request. */
  answer(topic: string, body: object): void {
    this.write({ cmd: 'publish', topic, payload: JSON.stringify(body), qos: 0, dup: false, retain: false });
  }
}

/** A server that accepts everybody, grants every subscription and registers every app, unless told otherwise. */
export class FakeServer implements Transport {
  readonly connections: FakeConnection[] = [];
  /** What it does with a packet instead; returns whether that was all. */
  otherwise: (connection: FakeConnection, packet: Packet) => boolean = () => false;
  connack: Partial<Of<'connack'>> = {};
  isReachable = true;

  open(url: string, events: LineEvents): Line {
    const connection = new FakeConnection(url, events, (where, packet) => {
      if (!this.otherwise(where, packet)) {
        this.react(where, packet);
      }
    });
    this.connections.push(connection);
    queueMicrotask(() => (this.isReachable ? connection.opened() : connection.drop('unreachable')));
    return connection;
  }

  get last(): FakeConnection {
    return this.connections.at(-1)!;
  }

  private react(connection: FakeConnection, packet: Packet): void {
    if (packet.cmd === 'connect') {
      connection.write({ cmd: 'connack', sessionPresent: false, reasonCode: 0, ...this.connack } as Packet);
    } else if (packet.cmd === 'subscribe') {
      connection.write({ cmd: 'suback', messageId: packet.messageId!, granted: [1] });
    } else if (packet.cmd === 'pingreq') {
      connection.write({ cmd: 'pingresp' });
    } else if (packet.cmd === 'publish') {
      this.request(connection, packet);
    }
  }

  private request(connection: FakeConnection, packet: Of<'publish'>): void {
    const body = JSON.parse(packet.payload.toString()) as Record<string, unknown>;
    const kind = packet.topic.replace('$tidings/', '');
    if (kind === 'register') {
      connection.answer('$tidings/registered', { app: body['app'], token: `token of ${body['app']}` });
    } else if (/^(un)?(register|subscribe)$/.test(kind)) {
      connection.answer(kind.endsWith('e') ? `${packet.topic}d` : `${packet.topic}ed`, body);
    }
    connection.write({ cmd: 'puback', messageId: packet.messageId!, reasonCode: 0 });
  }

  /** Until everything that needs no time has happened. */
  async settled(): Promise<void> {
    await settled();
  }
}
