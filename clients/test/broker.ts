import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { generate, type IConnectPacket, type IPublishPacket, type Packet, parser } from 'mqtt-packet';
import { type WebSocket, WebSocketServer } from 'ws';

interface Waiting {
  id: string;
  payload: string;
  isSent: boolean;
}

/** A connection of a device, as the server sees it. */
interface Client {
  socket: WebSocket;
  serial: string;
  isSubscribed: boolean;
  sent: Map<number, string>;
  nextId: number;
}

/**
 * A server of pages and of MQTT over WebSocket on one port, so that a browser connects to where the page came from. It keeps
 * what no device has confirmed, as the service does, and lets a test cut the line.
 */
export class Broker {
  readonly connects: string[] = [];
  readonly confirmed: string[] = [];
  readonly requests: string[] = [];
  readonly inbox: Waiting[] = [];
  private readonly clients = new Set<Client>();
  private readonly http: Server;
  private readonly sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'mqtt' });
  isReachable = true;
  /** The tokens by which devices have proved themselves. */
  readonly tokens: string[] = [];
  /** What it says to a request before it confirms it. */
  onRequest: (topic: string, answer: (topic: string, body: object) => void) => void = () => undefined;

  constructor(page: (request: IncomingMessage, response: ServerResponse) => void) {
    this.http = createServer(page);
    this.http.on('upgrade', (request, socket, head) => {
      if (!this.isReachable) {
        socket.destroy();
        return;
      }
      this.sockets.handleUpgrade(request, socket, head, (webSocket) => this.connected(webSocket));
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.http.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.http.address() as { port: number }).port}`;
  }

  get connections(): number {
    return this.clients.size;
  }

  push(id: string, payload: object): void {
    this.inbox.push({ id, payload: JSON.stringify(payload), isSent: false });
    this.clients.forEach((client) => client.isSubscribed && this.deliver(client));
  }

  /** The network is gone, until it is reachable again. */
  cut(): void {
    this.isReachable = false;
    this.clients.forEach(({ socket }) => socket.terminate());
  }

  private connected(socket: WebSocket): void {
    const client: Client = { socket, serial: '', isSubscribed: false, sent: new Map(), nextId: 1 };
    const packets = parser({ protocolVersion: 5 });
    packets.on('packet', (packet) => this.take(client, packet));
    socket.on('message', (data: Buffer) => packets.parse(data));
    socket.on('close', () => this.clients.delete(client));
    socket.on('error', () => socket.terminate());
    this.clients.add(client);
  }

  private take(client: Client, packet: Packet): void {
    const write = (answer: Packet): void => client.socket.send(generate(answer, { protocolVersion: 5 }));
    switch (packet.cmd) {
      case 'connect':
        client.serial = (packet as IConnectPacket).clientId;
        this.connects.push(client.serial);
        this.authenticated(packet as IConnectPacket);
        write({ cmd: 'connack', sessionPresent: false, reasonCode: 0 });
        break;
      case 'subscribe':
        write({ cmd: 'suback', messageId: packet.messageId!, granted: [1] });
        client.isSubscribed = true;
        this.inbox.forEach((each) => (each.isSent = false));
        this.deliver(client);
        break;
      case 'pingreq':
        write({ cmd: 'pingresp' });
        break;
      case 'publish':
        this.request(packet as IPublishPacket, write);
        break;
      case 'puback':
        this.settle(client, packet.messageId!);
        break;
      default:
        break;
    }
  }

  private authenticated({ properties }: IConnectPacket): void {
    if (properties?.authenticationData) {
      this.tokens.push(properties.authenticationData.toString());
    }
  }

  private request(packet: IPublishPacket, write: (answer: Packet) => void): void {
    const answer = (topic: string, body: object): void =>
      write({ cmd: 'publish', topic, payload: JSON.stringify(body), qos: 0, dup: false, retain: false });
    this.requests.push(`${packet.topic} ${packet.payload}`);
    if (packet.topic === '$tidings/register') {
      const { app } = JSON.parse(packet.payload.toString()) as { app: string };
      answer('$tidings/registered', { app, token: 'the-token' });
    }
    this.onRequest(packet.topic, answer);
    write({ cmd: 'puback', messageId: packet.messageId!, reasonCode: 0 });
  }

  private deliver(client: Client): void {
    for (const each of this.inbox.filter(({ isSent }) => !isSent)) {
      each.isSent = true;
      const messageId = client.nextId++;
      client.sent.set(messageId, each.id);
      client.socket.send(
        generate(
          { cmd: 'publish', topic: `tidings/com.example.news/${each.id}`, payload: each.payload, qos: 1, dup: false, retain: false, messageId },
          { protocolVersion: 5 },
        ),
      );
    }
  }

  private settle(client: Client, messageId: number): void {
    const id = client.sent.get(messageId)!;
    this.confirmed.push(id);
    this.inbox.splice(this.inbox.findIndex((each) => each.id === id), 1);
  }

  async stop(): Promise<void> {
    this.clients.forEach(({ socket }) => socket.terminate());
    await new Promise((resolve) => this.http.close(resolve));
  }
}
