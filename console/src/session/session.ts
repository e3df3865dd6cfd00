import { computed, type ComputedRef, inject, type InjectionKey, shallowRef, type ShallowRef } from 'vue';
import { AdminApi } from '../api/admin-api';
import type { Feature, Session } from '../api/session-types';

const KEY = 'tidings.console.credential';

/** Who is signed in on this page. The credential is kept for this tab alone, until it is closed. */
export class SignIn {
  readonly session: ShallowRef<Session | null> = shallowRef(null);
  readonly isRefused = shallowRef(false);
  readonly mayChange: ComputedRef<boolean> = computed(() => this.session.value?.role === 'admin');
  readonly api: AdminApi;
  private credential: string | null;

  constructor(private readonly storage: Storage | null, fetching?: typeof fetch) {
    this.credential = storage?.getItem(KEY) ?? null;
    this.api = new AdminApi(
      () => this.credential,
      () => this.refused(),
      fetching,
    );
  }

  get hasCredential(): boolean {
    return this.credential !== null;
  }

  can(feature: Feature): boolean {
    return this.session.value?.features.includes(feature) ?? false;
  }

  /** Asks who the credential is; fails, and forgets it, if it is nobody's. */
  async enter(credential: string | null = this.credential): Promise<Session> {
    this.credential = credential?.trim() ?? null;
    this.isRefused.value = false;
    const session = await this.api.get<Session>('/v1/admin/session');
    this.storage?.setItem(KEY, this.credential ?? '');
    this.session.value = session;
    return session;
  }

  leave(): void {
    this.credential = null;
    this.session.value = null;
    this.storage?.removeItem(KEY);
  }

  private refused(): void {
    this.isRefused.value = true;
    this.leave();
  }
}

export const signInKey: InjectionKey<SignIn> = Symbol('sign-in');

export function useSignIn(): SignIn {
  return inject(signInKey)!;
}

export function useApi(): AdminApi {
  return useSignIn().api;
}
