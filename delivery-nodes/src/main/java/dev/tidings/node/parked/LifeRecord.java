package dev.tidings.node.parked;

import dev.tidings.node.log.write.LogWrite;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.topic.LogTopics;
import java.util.Arrays;
import java.util.List;

/**
 * The record of the life of {@code deliveries} that the sequences in a partition of the inbox
 * belong to. It is stored beside them, so that neither a lost commit nor a recreated topic can have
 * them reused; where it exists, a node has been here before.
 */
public final class LifeRecord {
  /**
   * A key that no device's entry can have, because a device's length is never 0. A fence's key is
   * longer.
   */
  private static final byte[] KEY = {0, 0, 'l', 'i', 'f', 'e'};

  private LifeRecord() {}

  public static boolean isKey(byte[] key) {
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
