import { reasonOf } from '../errors.js';
import { MalformedPacketError } from '../mqtt/bytes.js';
import { encode } from '../mqtt/encode.js';
import { PacketStream } from '../mqtt/packet-stream.js';
import type { ClientPacket, Publish, ServerPacket } from '../mqtt/packets.js';
import type { Properties } from '../mqtt/properties.js';
import { encodeUtf8 } from '../mqtt/utf8.js';
import type { Settings } from '../options.js';
import type { Platform } from '../platform/platform.js';
import type { Line } from '../platform/transport.js';
import { LinkCheck } from './link-check.js';
import { describe, type Ending, Reason } from './reasons.js';

/** How a device proves who it is: not at all, by a password, or by MQTT 5's extended authentication. */
export type Credentials = { by: 'nothing' } | { by: 'password' | 'method'; token: string };

export const AUTHENTICATION_METHOD = 'tidings-jwt';

/** What a link tells. After `ended` it tells nothing more. */
export interface LinkEvents {
  /** @param window how many requests may be unanswered at once */
  accepted(window: number): void;
  published(publish: Publish): void;
  acknowledged(id: number, reason: number): void;
  subscribed(reasons: number[]): void;
  /** The new token is good; or (`false`) cannot be checked at the moment, and is asked for again. */
  reauthenticated(done: boolean): void;
  ended(ending: Ending): void;
}

/** One MQTT connection, from its first packet to its end. */
export class Link {
  private readonly line: Line | null;
  private readonly stream: PacketStream;
  private readonly check: LinkCheck;
  private readonly cancelDeadline: () => void;
  private phase: 'connecting' | 'open' | 'over' = 'connecting';
  private lastId = 0;
  /** The size of the largest packet that the server takes. */
  private most = Infinity;

  constructor(
    url: string,
    private readonly settings: Settings,
    private readonly credentials: Credentials,
    platform: Platform,
    private readonly events: LinkEvents,
  ) {
    this.stream = new PacketStream(settings.maximumPacketSize);
    this.check = new LinkCheck(
      platform.clock,
      settings.pingTimeout,
      () => this.send({ type: 'pingreq' }),
      () => this.end({ by: 'line', reason: 'the server does not answer' }),
    );
    this.cancelDeadline = platform.clock.after(settings.connectTimeout, () =>
      this.end({ by: 'line', reason: 'no connection in time' }),
    );
    this.line = this.open(url, platform);
  }

  /** A page within TLS may open no line without it, and an app only so many: some platforms throw then. */
  private open(url: string, platform: Platform): Line | null {
    try {
      return platform.transport.open(url, {
        opened: () => this.connect(),
        received: (bytes) => this.received(bytes),
        closed: (reason) => this.end({ by: 'line', reason }),
      });
    } catch (failure) {
      this.end({ by: 'line', reason: reasonOf(failure) });
      return null;
    }
  }

  get isOpen(): boolean {
    return this.phase === 'open';
  }

  private connect(): void {
    const { settings, credentials } = this;
    const properties: Properties = {
      sessionExpiryInterval: settings.sessionExpirySeconds,
      receiveMaximum: settings.receiveMaximum,
      maximumPacketSize: settings.maximumPacketSize,
    };
    if (settings.redirects) {
      properties.user = [['tidings-redirect', 'accept']];
    }
    if (credentials.by === 'method') {
      properties.authenticationMethod = AUTHENTICATION_METHOD;
      properties.authenticationData = encodeUtf8(credentials.token);
    }
    this.send({
      type: 'connect',
      clientId: settings.serial,
      cleanStart: false,
      keepAlive: settings.keepAliveSeconds,
      properties,
      ...(credentials.by === 'password'
        ? { username: settings.serial, password: encodeUtf8(credentials.token) }
        : {}),
    });
  }

  private received(bytes: Uint8Array): void {
    if (this.phase === 'over') {
      return;
    }
    try {
      for (const packet of this.stream.push(bytes)) {
        this.take(packet);
      }
    } catch (failure) {
      if (!(failure instanceof MalformedPacketError)) {
        throw failure;
      }
      this.close(Reason.MALFORMED_PACKET, failure.message);
    }
  }

  private take(packet: ServerPacket): void {
    if (this.phase === 'over') {
      return;
    }
    if (packet.type === 'connack' && this.phase === 'connecting') {
      this.connack(packet.reason, packet.properties);
    } else if (packet.type === 'disconnect') {
      this.end(endingOf('disconnect', packet.reason, packet.properties));
    } else if (this.phase === 'connecting' || packet.type === 'connack') {
      this.close(Reason.PROTOCOL_ERROR, `a ${packet.type} at the wrong time`);
    } else {
      this.dispatch(packet);
    }
  }

  private connack(reason: number, properties: Properties): void {
    if (reason !== Reason.SUCCESS) {
      this.end(endingOf('connack', reason, properties));
      return;
    }
    this.phase = 'open';
    this.cancelDeadline();
    this.most = properties.maximumPacketSize ?? Infinity;
    // Without a keep-alive of the server, by this device's own.
    this.check.start((properties.serverKeepAlive || this.settings.keepAliveSeconds) * 500);
    this.events.accepted(properties.receiveMaximum ?? 65_535);
  }

  private dispatch(packet: Exclude<ServerPacket, { type: 'connack' | 'disconnect' }>): void {
    switch (packet.type) {
      case 'publish':
        return this.events.published(packet);
      case 'puback':
        return this.events.acknowledged(packet.id, packet.reason);
      case 'suback':
        return this.events.subscribed(packet.reasons);
      case 'pingresp':
        return this.check.answered();
      case 'auth':
        return this.events.reauthenticated(packet.reason === Reason.SUCCESS);
    }
  }

  /** @returns the packet's id; 0 if it is larger than the server takes, and was not sent */
  publish(topic: string, payload: Uint8Array): number {
    const packet = { type: 'publish', id: this.nextId(), topic, payload } as const;
    if (encode(packet).length > this.most) {
      return 0;
    }
    this.send(packet);
    return packet.id;
  }

  subscribe(filter: string): void {
    this.send({ type: 'subscribe', id: this.nextId(), filters: [filter] });
  }

  acknowledge(id: number): void {
    this.send({ type: 'puback', id, reason: Reason.SUCCESS });
  }

  /** Proves the device anew. @param asked whether the server has asked for it */
  reauthenticate(token: string, asked: boolean): void {
    this.send({
      type: 'auth',
      reason: asked ? Reason.CONTINUE_AUTHENTICATION : Reason.REAUTHENTICATE,
      properties: { authenticationMethod: AUTHENTICATION_METHOD, authenticationData: encodeUtf8(token) },
    });
  }

  /** Finds out whether the line still carries anything. */
  checkNow(): void {
    if (this.phase === 'open') {
      this.check.now();
    }
  }

  /** So few are open at once that none is in use still when its number comes again. */
  private nextId(): number {
    this.lastId = (this.lastId % 65_535) + 1;
    return this.lastId;
  }

  private send(packet: ClientPacket): void {
    if (this.phase !== 'over') {
      this.line?.send(encode(packet));
    }
  }

  /** Disconnects. The inbox belongs to the device: its session need not be kept for it to get everything. */
  close(code: number, reason: string): void {
    if (this.phase === 'open') {
      this.send({
        type: 'disconnect',
        reason: code,
        properties: code === Reason.SUCCESS ? { sessionExpiryInterval: 0 } : {},
      });
    }
    this.end({ by: 'line', reason });
  }

  private end(ending: Ending): void {
    if (this.phase === 'over') {
      return;
    }
    this.phase = 'over';
    this.cancelDeadline?.();
    this.check.stop();
    // A transport that fails at once does so before it has returned a line.
    this.line?.close();
    this.events.ended(ending);
  }
}

function endingOf(by: 'connack' | 'disconnect', code: number, properties: Properties): Ending {
  const { serverReference } = properties;
  return {
    by,
    code,
    reason: properties.reasonString ?? describe(code),
    ...(serverReference === undefined ? {} : { reference: serverReference }),
  };
}
