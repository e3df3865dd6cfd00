/** What the service says went wrong (RFC 9457), or that it could not be reached. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    /** 0 if there was no answer at all. */
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    /** In seconds. */
    readonly retryAfter: number | null = null,
    /** The rest of the problem. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail || title);
  }
}

interface Told {
  title?: unknown;
  detail?: unknown;
}

export async function problemOf(response: Response): Promise<ProblemError> {
  let told: Told = {};
  try {
    const body: unknown = await response.json();
    told = typeof body === 'object' && body !== null ? body : {};
  } catch {
    // Whoever answered instead of the service: the status alone tells something.
  }
  const wait = Number(response.headers.get('retry-after'));
  return new ProblemError(
    response.status,
    typeof told.title === 'string' ? told.title : response.statusText || `HTTP ${response.status}`,
    typeof told.detail === 'string' ? told.detail : '',
    Number.isFinite(wait) && wait > 0 ? wait : null,
    told as Record<string, unknown>,
  );
}
