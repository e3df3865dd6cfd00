package dev.tidings.node.inbox;

import dev.tidings.node.log.LogWrite;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.topic.LogTopics;
import java.util.Arrays;
import java.util.List;

/**
 * Which life of {@code deliveries} the sequences in a partition of the inbox are of. It is kept
 * beside them, so that neither a lost commit nor a topic made anew can have them used twice; and
 * where there is one, a node has been here before.
 */
public final class LifeRecord {
  /** A key that no device's entry can have: their length is never 0. A fence is longer. */
  private static final byte[] KEY = {0, 0, 'l', 'i', 'f', 'e'};

  private LifeRecord() {}

  static boolean isKey(byte[] key) {
    return Arrays.equals(key, KEY);
  }

  public static LogWrite write(int partition, Life life) {
    return new LogWrite(
        LogTopics.INBOX,
        partition,
        KEY.clone(),
        new LogWrite.Value.Raw(life.bytes()),
        List.of(),
        () -> {});
  }
}
