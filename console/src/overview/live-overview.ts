import { computed, type ComputedRef, inject, type InjectionKey, ref, type Ref, shallowRef, type ShallowRef } from 'vue';
import type { AdminApi } from '../api/admin-api';
import { EventStream, type StreamState } from '../api/event-stream';
import type { Alarm, Overview } from '../api/overview-types';
import type { ProblemError } from '../api/problem';

/** Five minutes of seconds. */
const MOST_POINTS = 300;
const MOST_PAST = 50;

export interface PastAlarm extends Alarm {
  readonly until: string;
}

/** The last minutes, for the charts. */
export interface Course {
  readonly times: readonly number[];
  readonly accepted: readonly (number | null)[];
  readonly confirmed: readonly (number | null)[];
  readonly p50: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
}

const NOTHING: Course = { times: [], accepted: [], confirmed: [], p50: [], p99: [] };

/** What the one event stream of the page tells of the whole service. */
export class LiveOverview {
  readonly latest: ShallowRef<Overview | null> = shallowRef(null);
  readonly course: ShallowRef<Course> = shallowRef(NOTHING);
  readonly state: Ref<StreamState> = ref('connecting');
  readonly failure: ShallowRef<ProblemError | null> = shallowRef(null);
  readonly past: ShallowRef<readonly PastAlarm[]> = shallowRef([]);
  readonly alarms: ComputedRef<readonly Alarm[]> = computed(() => this.latest.value?.alarms ?? []);
  private stream: EventStream | null = null;
  private isStarted = false;

  constructor(private readonly api: AdminApi) {}

  start(): void {
    this.isStarted = true;
    this.stream ??= new EventStream(this.api, '/v1/admin/events', {}, {
      heard: ({ event, data }) => {
        if (event === 'overview') {
          this.take(JSON.parse(data) as Overview);
        }
      },
      changed: (state, failure) => {
        this.state.value = state;
        this.failure.value = failure;
      },
    });
  }

  /** Nothing is asked for a page that nobody looks at. */
  setWatched(isWatched: boolean): void {
    if (!isWatched) {
      this.stream?.close();
      this.stream = null;
    } else if (this.isStarted) {
      this.start();
    }
  }

  stop(): void {
    this.isStarted = false;
    this.setWatched(false);
  }

  take(overview: Overview): void {
    const before = this.latest.value;
    this.latest.value = overview;
    const still = new Set(overview.alarms.map(keyOf));
    const ended = (before?.alarms ?? []).filter((each) => !still.has(keyOf(each)));
    if (ended.length > 0) {
      this.past.value = [...ended.map((each) => ({ ...each, until: overview.at })), ...this.past.value].slice(0, MOST_PAST);
    }
    const { course } = this;
    const { rates, latencyMillis } = overview;
    course.value = {
      times: added(course.value.times, Date.parse(overview.at) / 1_000),
      accepted: added(course.value.accepted, rates?.accepted ?? null),
      confirmed: added(course.value.confirmed, rates?.confirmed ?? null),
      p50: added(course.value.p50, latencyMillis?.count ? latencyMillis.p50 : null),
      p99: added(course.value.p99, latencyMillis?.count ? latencyMillis.p99 : null),
    };
  }
}

function keyOf({ alarm, detail }: Alarm): string {
  return `${alarm} ${detail}`;
}

function added<T>(values: readonly T[], next: T): readonly T[] {
  return [...values.slice(-MOST_POINTS + 1), next];
}

export const liveOverviewKey: InjectionKey<LiveOverview> = Symbol('live overview');

export function useLiveOverview(): LiveOverview {
  return inject(liveOverviewKey)!;
}
