import type { Device } from '@tidings/client';
import type { Message } from './message.js';
import type { MessageStore } from './message-store.js';

/**
 * Tells the service which messages were shown and opened: steps of their traces. Not of local ones.
 *
 * @param problem told what the service did not take
 * @returns ends that
 */
export function reportTo(
  device: Pick<Device, 'displayed' | 'opened'>,
  store: MessageStore,
  problem: (failure: unknown) => void = () => undefined,
): () => void {
  const report = (what: 'displayed' | 'opened') => (message: Message) => {
    if (!message.isLocal) {
      device[what](message).catch(problem);
    }
  };
  const ends = [store.onShown(report('displayed')), store.onOpened(report('opened'))];
  return () => ends.forEach((end) => end());
}
