import type { Platform } from './platform/platform.js';

const KEY = 'tidings.serial';

/**
 * The serial number of this installation of the app: made at the first call, and kept; where the storage takes nothing, until the
 * app is left. It proves nothing: that is what tokens (`tokens`) are for.
 */
export async function persistentSerial(platform: Pick<Platform, 'storage' | 'random'>): Promise<string> {
  const kept = await platform.storage.get(KEY);
  if (kept) {
    return kept;
  }
  let serial = 'js-';
  for (let i = 0; i < 32; i++) {
    serial += Math.floor(platform.random() * 16).toString(16);
  }
  try {
    await platform.storage.set(KEY, serial);
  } catch {
    // An app that cannot keep it starts as well.
  }
  return serial;
}
