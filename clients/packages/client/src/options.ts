import { type Backoff, DEFAULT_BACKOFF } from './connection/backoff.js';

/** Gets a JSON Web Token that is valid now, whose `sub` is the device's serial number. */
export type TokenSupplier = () => string | Promise<string>;

/** How a {@link DeviceClient} is configured. Times are in milliseconds unless they say otherwise. */
export interface DeviceOptions {
  /** `ws://` or `wss://` addresses of nodes, as in `wss://push.example.com/mqtt`; after a failure the next one is tried. */
  servers: string | readonly string[];
  /** The device's serial number, which is its MQTT client id. */
  serial: string;
  /** The apps to register for as part of connecting (default: none). */
  apps?: readonly string[];
  /** The language in which the device wants its notifications, as in `de-AT`; told with each registration. */
  locale?: string;
  /** The time zone of the device's clock, as in `Europe/Vienna`; told with each registration. */
  timeZone?: string;
  /** Told with each registration. */
  tags?: readonly string[];
  /** The user of the device, where the service lets devices say so; told with each registration. */
  user?: string;
  /** The device's JWT, if the service requires one; when it has expired the client ends. */
  password?: string;
  /**
   * Where the device's JWTs come from, instead of a `password`. Asked for each connection, before the token of an open
   * connection expires, and when one is refused: no refusal of a token is final then.
   */
  tokens?: TokenSupplier;
  /** Whether a node that does not serve this device may redirect it (default: true). */
  redirects?: boolean;
  /** How many notifications may be unconfirmed at once (default: 64). */
  receiveMaximum?: number;
  /** How many notification ids are remembered, across reloads, to recognise repetitions (default: 2,000). */
  rememberedIds?: number;
  /** The size of the largest packet that is taken, in bytes (default: 262,144). */
  maximumPacketSize?: number;
  /**
   * After how many seconds of silence each side checks that the other is there (default: 60). Browsers let a page in the background
   * do something once a minute only: with less than 40 it would lose its connection.
   */
  keepAliveSeconds?: number;
  /** For how many seconds the server keeps the subscriptions of a device that is away (default: 3,600). */
  sessionExpirySeconds?: number;
  /** How long an attempt to connect may take (default: 20,000). */
  connectTimeout?: number;
  /** How long an answer to a check of the link may take (default: 10,000). */
  pingTimeout?: number;
  /** How long a request may take (default: 30,000). */
  answerTimeout?: number;
  /** How long the handler of a notification may take, before that counts as a failure (default: 60,000). */
  handlerTimeout?: number;
  /** The delays between attempts to connect (default: 500 doubling to 60,000, with full jitter). */
  backoff?: Backoff;
}

/** The options with every default filled in. */
export type Settings = Required<Omit<DeviceOptions, 'locale' | 'timeZone' | 'tags' | 'user' | 'password' | 'tokens' | 'servers'>> &
  Pick<DeviceOptions, 'locale' | 'timeZone' | 'tags' | 'user' | 'password' | 'tokens'> & { servers: readonly string[] };

const SERVER = /^wss?:\/\/[^/\s]+/;

/** Checks the options; throws a RangeError that says which one is wrong. */
export function settingsOf(options: DeviceOptions): Settings {
  // What is set to undefined is not set.
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as DeviceOptions;
  const settings: Settings = {
    apps: [],
    redirects: true,
    receiveMaximum: 64,
    rememberedIds: 2_000,
    maximumPacketSize: 262_144,
    keepAliveSeconds: 60,
    sessionExpirySeconds: 3_600,
    connectTimeout: 20_000,
    pingTimeout: 10_000,
    answerTimeout: 30_000,
    handlerTimeout: 60_000,
    backoff: DEFAULT_BACKOFF,
    ...given,
    servers: typeof options.servers === 'string' ? [options.servers] : [...options.servers],
  };
  check('servers', settings.servers, settings.servers.length > 0 && settings.servers.every((url) => SERVER.test(url)), 'ws:// or wss:// addresses');
  check('serial', settings.serial, settings.serial.length > 0 && settings.serial.length <= 128, '1 to 128 characters');
  within('receiveMaximum', settings.receiveMaximum, 1, 65_535);
  within('rememberedIds', settings.rememberedIds, 1, 100_000);
  within('maximumPacketSize', settings.maximumPacketSize, 1_024, 16_777_216);
  within('keepAliveSeconds', settings.keepAliveSeconds, 1, 65_535);
  within('sessionExpirySeconds', settings.sessionExpirySeconds, 0, 4_294_967_295);
  for (const name of ['connectTimeout', 'pingTimeout', 'answerTimeout', 'handlerTimeout'] as const) {
    within(name, settings[name], 1, 2 ** 31 - 1);
  }
  const { base, cap } = settings.backoff;
  check('backoff', `base ${base}, cap ${cap}`, base > 0 && cap >= base, '0 < base <= cap');
  check('password', '…', settings.password === undefined || settings.tokens === undefined, 'a password or tokens, not both');
  return settings;
}

function within(name: string, value: number, least: number, most: number): void {
  check(name, value, Number.isInteger(value) && value >= least && value <= most, `${least}..${most}`);
}

function check(name: string, value: unknown, holds: boolean, expected: string): void {
  if (!holds) {
    throw new RangeError(`${name}: ${String(value)} (expected: ${expected})`);
  }
}
