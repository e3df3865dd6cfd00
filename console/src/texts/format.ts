import { tag } from './index';

const formats = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>();

function kept<T extends Intl.DateTimeFormat | Intl.NumberFormat>(name: string, make: () => T): T {
  const key = `${tag.value} ${name}`;
  let format = formats.get(key) as T | undefined;
  if (!format) {
    format = make();
    formats.set(key, format);
  }
  return format;
}

/** The time of day, and the day unless it is today. */
export function time(at: string | number | undefined | null, now = Date.now()): string {
  if (at === undefined || at === null) {
    return '–';
  }
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) {
    return String(at);
  }
  const isToday = date.toDateString() === new Date(now).toDateString();
  const format = isToday
    ? kept('time', () => new Intl.DateTimeFormat(tag.value, { timeStyle: 'medium', hourCycle: 'h23' }))
    : kept('day', () => new Intl.DateTimeFormat(tag.value, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' }));
  return format.format(date);
}

/** All of a time, as the title of a short one. */
export function wholeTime(at: string | number | undefined | null): string {
  if (at === undefined || at === null || Number.isNaN(new Date(at).getTime())) {
    return '';
  }
  return kept('whole', () => new Intl.DateTimeFormat(tag.value, { dateStyle: 'full', timeStyle: 'long' })).format(new Date(at));
}

export function number(value: number | null | undefined, digits = 0): string {
  if (value === null || value === undefined) {
    return '–';
  }
  return kept(`number ${digits}`, () => new Intl.NumberFormat(tag.value, { maximumFractionDigits: digits })).format(value);
}

export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) {
    return '–';
  }
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = value < 1 ? 0 : Math.min(Math.floor(Math.log2(value) / 10), units.length - 1);
  return `${number(value / 1024 ** power, power === 0 ? 0 : 1)} ${units[power]}`;
}

export function millis(value: number | null | undefined): string {
  if (value === null || value === undefined) {
    return '–';
  }
  return value < 10_000 ? `${number(value, value < 10 ? 1 : 0)} ms` : seconds(value / 1_000);
}

export function seconds(value: number | null | undefined): string {
  if (value === null || value === undefined) {
    return '–';
  }
  if (value < 120) {
    return `${number(value, value < 10 ? 1 : 0)} s`;
  }
  if (value < 7_200) {
    return `${number(value / 60)} min`;
  }
  return value < 172_800 ? `${number(value / 3_600)} h` : `${number(value / 86_400)} d`;
}
