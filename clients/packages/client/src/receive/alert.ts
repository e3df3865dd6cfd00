/** The part of an APNs payload that is shown to the user: the members of `aps`. */
export interface Alert {
  title?: string;
  subtitle?: string;
  body?: string;
  badge?: number;
  sound?: string;
}

/** Reads a payload; null if it is no JSON or has no `aps`. */
export function parseAlert(payload: string): Alert | null {
  let aps: unknown;
  try {
    aps = (JSON.parse(payload) as { aps?: unknown } | null)?.aps;
  } catch {
    return null;
  }
  if (typeof aps !== 'object' || aps === null) {
    return null;
  }
  const { alert, badge, sound } = aps as Record<string, unknown>;
  const found: Alert = {};
  if (typeof alert === 'string') {
    found.body = alert;
  } else if (typeof alert === 'object' && alert !== null) {
    for (const name of ['title', 'subtitle', 'body'] as const) {
      const text = (alert as Record<string, unknown>)[name];
      if (typeof text === 'string') {
        found[name] = text;
      }
    }
  }
  if (typeof badge === 'number' && Number.isInteger(badge)) {
    found.badge = badge;
  }
  // A critical alert's sound is an object with a name.
  const name = typeof sound === 'object' ? (sound as { name?: unknown } | null)?.name : sound;
  if (typeof name === 'string') {
    found.sound = name;
  }
  return found;
}
