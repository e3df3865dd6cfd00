package dev.tidings.device.receive;

import java.util.List;

/**
 * Keeps the ids of notifications that were shown, so that none is shown again after the app was
 * restarted: in a file or a table of the app. Called by one thread at a time, which may block. A
 * store that throws is no reason not to show a notification: then its repetition may be shown, too.
 */
public interface IdStore {
  /** Keeps nothing beyond the end of the app. */
  IdStore NONE =
      new IdStore() {
        @Override
        public List<String> load() {
          return List.of();
        }

        @Override
        public void add(String id) {}
      };

  /** Returns the ids that were added, the newest last; old ones may be missing. Called once. */
  List<String> load() throws Exception;

  /**
   * Keeps an id. Called after the listener has returned, and before the notification is confirmed:
   * what is not kept then may be sent again.
   */
  void add(String id) throws Exception;
}
