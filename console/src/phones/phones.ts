import { browserPlatform } from '@tidings/client/browser';
import type { Platform } from '@tidings/client';
import { inject, type InjectionKey, shallowRef, type ShallowRef } from 'vue';
import { stored } from '../platform/stored';
import { chime } from './chime';
import type { Shown } from './shown';
import { SimulatedPhone } from './simulated-phone';

const KEY = 'tidings.console.phones';
export const MOST_PHONES = 6;
const KEPT_MESSAGES = 20;

interface Kept {
  readonly serial: string;
  readonly app: string;
  readonly password?: string | undefined;
  readonly messages: readonly Shown[];
}

const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

/** The phones of this tab. They stay when the page is loaded again, and are another tab's in no other way than any device. */
export class Phones {
  readonly list: ShallowRef<readonly SimulatedPhone[]> = shallowRef([]);
  readonly hasSound = stored('tidings.console.sound', false, isBoolean);
  private isStarted = false;

  constructor(
    private readonly servers: () => readonly string[],
    private readonly platform: () => Platform = () => browserPlatform({ share: false }),
  ) {}

  /** Brings back those that were here before the page was loaded again. */
  start(): void {
    if (!this.isStarted) {
      this.isStarted = true;
      kept().forEach((each) => this.add(each.app, each.serial, each.password, each.messages));
    }
  }

  /** Whether the delivery nodes have told where phones connect. */
  get canConnect(): boolean {
    return this.servers().length > 0;
  }

  add(app: string, serial: string, password?: string, messages: readonly Shown[] = []): SimulatedPhone {
    const phone = new SimulatedPhone(
      { app, serial, password, servers: this.servers() },
      this.platform(),
      {
        rings: () => {
          if (this.hasSound.value) {
            chime();
          }
        },
        changed: () => this.keep(),
      },
      messages,
    );
    this.list.value = [...this.list.value, phone].slice(-MOST_PHONES);
    this.keep();
    return phone;
  }

  remove(phone: SimulatedPhone): void {
    phone.close();
    this.list.value = this.list.value.filter((each) => each !== phone);
    this.keep();
  }

  /** Whoever signs out leaves nothing behind. */
  close(): void {
    this.list.value.forEach((each) => each.close());
    this.list.value = [];
    try {
      sessionStorage.removeItem(KEY);
    } catch {
      // Then nothing was kept.
    }
  }

  private keep(): void {
    const all: Kept[] = this.list.value.map(({ options: { app, serial, password }, face }) => ({
      app, serial, password, messages: face.messages.slice(0, KEPT_MESSAGES),
    }));
    try {
      sessionStorage.setItem(KEY, JSON.stringify(all));
    } catch {
      // Then they are gone after a reload.
    }
  }
}

function kept(): readonly Kept[] {
  try {
    const all: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
    return Array.isArray(all) ? (all as Kept[]).slice(0, MOST_PHONES) : [];
  } catch {
    return [];
  }
}

export function newSerial(random: (values: Uint8Array<ArrayBuffer>) => Uint8Array = (values) => crypto.getRandomValues(values)): string {
  return `console-phone-${[...random(new Uint8Array(3))].map((each) => each.toString(16).padStart(2, '0')).join('')}`;
}

export const phonesKey: InjectionKey<Phones> = Symbol('phones');

export function usePhones(): Phones {
  const phones = inject(phonesKey)!;
  phones.start();
  return phones;
}
