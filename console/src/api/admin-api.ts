import { ProblemError, problemOf } from './problem';

export type Query = Record<string, string | number | boolean | undefined | null>;

export interface Call {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Asks the admin port, with the administrator's credential. */
export class AdminApi {
  constructor(
    private readonly credential: () => string | null,
    private readonly refused: () => void,
    private readonly fetching: typeof fetch = (input, init) => fetch(input, init),
  ) {}

  get<T>(path: string, call: Call = {}): Promise<T> {
    return this.ask<T>('GET', path, call);
  }

  post<T>(path: string, body: unknown, call: Call = {}): Promise<T> {
    return this.ask<T>('POST', path, { ...call, body });
  }

  put<T>(path: string, body: unknown, call: Call = {}): Promise<T> {
    return this.ask<T>('PUT', path, { ...call, body });
  }

  patch<T>(path: string, body: unknown, call: Call = {}): Promise<T> {
    return this.ask<T>('PATCH', path, { ...call, body });
  }

  delete<T>(path: string, call: Call = {}): Promise<T> {
    return this.ask<T>('DELETE', path, call);
  }

  private async ask<T>(method: Method, path: string, call: Call): Promise<T> {
    const response = await this.response(method, path, call);
    if (response.status === 204) {
      return undefined as T;
    }
    try {
      return (await response.json()) as T;
    } catch (cause) {
      throw new ProblemError(response.status, 'No JSON', `${method} ${path}: ${String(cause)}`);
    }
  }

  /** Fails unless the answer is a good one. */
  async response(method: Method, path: string, { query, body, signal, headers }: Call = {}): Promise<Response> {
    let response: Response;
    try {
      response = await this.fetching(withQuery(path, query), {
        method,
        headers: {
          authorization: `Bearer ${this.credential() ?? ''}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
      });
    } catch (cause) {
      if (signal?.aborted) {
        throw cause;
      }
      throw new ProblemError(0, '', String(cause instanceof Error ? cause.message : cause));
    }
    if (response.status === 401) {
      this.refused();
    }
    if (!response.ok) {
      throw await problemOf(response);
    }
    return response;
  }
}

export function withQuery(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  if (given.length === 0) {
    return path;
  }
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `${path}${path.includes('?') ? '&' : '?'}${text}`;
}
