/** An event of an event stream. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

/** More than any event has: a stream that goes on without a line break is none. */
const MOST = 4_194_304;

/** Takes an event stream apart, however its text was cut into pieces. */
export class EventParser {
  private rest = '';
  private endedWithReturn = false;
  private event = '';
  private data: string[] = [];
  private size = 0;
  private id = '';

  constructor(
    private readonly heard: (event: ServerEvent) => void,
    /** The server says how long to wait before connecting again, in ms. */
    private readonly retry: (millis: number) => void = () => undefined,
  ) {}

  push(text: string): void {
    let added = text;
    if (this.endedWithReturn && added.startsWith('\n')) {
      added = added.slice(1);
    }
    this.endedWithReturn = added === '' ? this.endedWithReturn : added.endsWith('\r');
    const lines = (this.rest + added).split(/\r\n|\r|\n/);
    this.rest = lines.pop() ?? '';
    lines.forEach((line) => this.line(line));
    if (this.rest.length + this.size > MOST) {
      throw new Error(`an event of more than ${MOST} characters`);
    }
  }

  private line(line: string): void {
    if (line === '') {
      this.dispatch();
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) {
      return;
    }
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    switch (name) {
      case 'event':
        this.event = value;
        break;
      case 'data':
        this.data.push(value);
        this.size += value.length;
        break;
      case 'id':
        this.id = value;
        break;
      case 'retry':
        if (/^\d+$/.test(value)) {
          this.retry(Number(value));
        }
        break;
      default:
    }
  }

  private dispatch(): void {
    if (this.data.length > 0) {
      this.heard({ event: this.event || 'message', data: this.data.join('\n'), id: this.id });
    }
    this.event = '';
    this.data = [];
    this.size = 0;
  }
}
