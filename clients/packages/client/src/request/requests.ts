import type { Link } from '../connection/link.js';
import { describe, Reason } from '../connection/reasons.js';
import { TidingsError } from '../errors.js';
import { decodeUtf8, encodeUtf8 } from '../mqtt/utf8.js';
import type { Clock } from '../platform/clock.js';
import { type Answer, Pending, type Request } from './pending.js';

/** So many wait at most. */
const MOST_PENDING = 256;
/** So many are sent at once at most, whatever the server allows. */
const MOST_IN_FLIGHT = 8;

const LATER = new Set<number>([0x80, Reason.QUOTA_EXCEEDED]);

/**
 * The requests of a device that have no answer yet. One that is lost with a connection is sent again over the next. A request
 * that was sent as PUBLISH is settled by its PUBACK, in front of which its answer comes, if it has one.
 */
export class Requests {
  private readonly pending = new Set<Pending>();
  private link: Link | null = null;
  private window = 0;
  /** Why a report was not taken, which is said just before its PUBACK. */
  private reported: Answer | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly answerTimeout: number,
  ) {}

  send(request: Request): Promise<Answer> {
    if (this.pending.size >= MOST_PENDING) {
      return Promise.reject(new TidingsError('busy', `${request.name}: ${MOST_PENDING} requests wait already`));
    }
    const cancel = this.clock.after(this.answerTimeout, () => {
      const failure = new TidingsError('timeout', `${request.name}: no answer after ${this.answerTimeout} ms`);
      if (pending.packetId === 0) {
        pending.fail(failure);
      } else {
        pending.giveUp(failure);
      }
    });
    const pending = new Pending(request, () => {
      cancel();
      this.pending.delete(pending);
      this.sendNext();
    });
    this.pending.add(pending);
    this.sendNext();
    return pending.promise;
  }

  connected(link: Link, window: number): void {
    this.link = link;
    this.window = Math.min(window, MOST_IN_FLIGHT);
    this.sendNext();
  }

  disconnected(): void {
    this.link = null;
    this.reported = null;
    for (const each of this.pending) {
      each.packetId = 0;
      each.answer = null;
      if (each.isGivenUp) {
        this.pending.delete(each);
      }
    }
  }

  private sendNext(): void {
    if (!this.link?.isOpen) {
      return;
    }
    let room = this.window;
    for (const each of this.pending) {
      room -= each.packetId === 0 ? 0 : 1;
    }
    const tooLarge: Pending[] = [];
    for (const each of this.pending) {
      if (each.packetId === 0 && room > 0) {
        const { topic, body } = each.request;
        each.packetId = this.link.publish(topic, encodeUtf8(JSON.stringify(body)));
        if (each.packetId === 0) {
          tooLarge.push(each);
        } else {
          room--;
        }
      }
    }
    const code = Reason.PACKET_TOO_LARGE;
    tooLarge.forEach((each) => each.fail(new TidingsError('refused', `${each.request.name}: ${describe(code)}`, { code })));
  }

  /** A message of QoS 0 of the service: the answer to a request, perhaps. */
  answered(topic: string, payload: Uint8Array): void {
    const answer = read(payload);
    if (!answer) {
      return;
    }
    if (topic === '$tidings/reported') {
      this.reported = answer;
      return;
    }
    for (const each of this.pending) {
      if (each.isAnsweredBy(topic, answer)) {
        each.answer = answer;
        return;
      }
    }
  }

  acknowledged(id: number, code: number): void {
    for (const each of this.pending) {
      if (each.packetId === id) {
        const answer = each.answer ?? (code >= 0x80 && !each.request.answers ? this.reported : null);
        this.reported = null;
        settle(each, code, answer ?? {});
        return;
      }
    }
  }

  close(): void {
    // Nothing more is sent in the place of what fails.
    this.link = null;
    for (const each of [...this.pending]) {
      each.fail(new TidingsError('closed', `${each.request.name}: closed before there was an answer`));
    }
  }
}

function settle(pending: Pending, code: number, answer: Answer): void {
  const error = typeof answer['error'] === 'string' ? answer['error'] : null;
  if (error === null && code < 0x80) {
    pending.succeed(answer);
    return;
  }
  const reason = error ?? describe(code);
  const isForLater = error === null ? LATER.has(code) : error.startsWith('try again');
  pending.fail(
    new TidingsError(isForLater ? 'try-again' : 'refused', `${pending.request.name}: ${reason}`, { code }),
  );
}

function read(payload: Uint8Array): Answer | null {
  try {
    const value: unknown = JSON.parse(decodeUtf8(payload));
    return typeof value === 'object' && value !== null ? (value as Answer) : null;
  } catch {
    return null;
  }
}
