import { TidingsError } from '../errors.js';

/** A request to the service that has no answer yet. */
export interface Request {
  readonly topic: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** What has to be equal in its answer; nothing if only the PUBACK answers. */
  readonly answers?: { readonly topic: string; readonly fields: Readonly<Record<string, unknown>> };
  /** What it is, in an error. */
  readonly name: string;
  /** Called when the service has taken it, before what came behind that is looked at. */
  readonly taken?: () => void;
}

/** What the service said to a request. */
export type Answer = Readonly<Record<string, unknown>>;

/** A request with its promise, and where it is. */
export class Pending {
  readonly promise: Promise<Answer>;
  /** The packet id in the present connection; 0: it waits to be sent. */
  packetId = 0;
  /** What was said before the PUBACK. */
  answer: Answer | null = null;
  /** Whether nobody waits for it any more: the service still owes its PUBACK. */
  isGivenUp = false;
  private resolve!: (answer: Answer) => void;
  private reject!: (failure: TidingsError) => void;

  constructor(
    readonly request: Request,
    private readonly settled: () => void,
  ) {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Whether this is its answer. */
  isAnsweredBy(topic: string, answer: Answer): boolean {
    const { answers } = this.request;
    return (
      answers !== undefined &&
      this.packetId !== 0 &&
      this.answer === null &&
      answers.topic === topic &&
      Object.entries(answers.fields).every(([name, value]) => answer[name] === value)
    );
  }

  succeed(answer: Answer): void {
    this.settled();
    this.request.taken?.();
    this.resolve(answer);
  }

  /** Fails, but stays until its PUBACK has come: till then it is one of those that the server allows. */
  giveUp(failure: TidingsError): void {
    this.isGivenUp = true;
    this.reject(failure);
  }

  fail(failure: TidingsError): void {
    this.settled();
    this.reject(failure);
  }
}
