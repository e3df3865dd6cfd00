package dev.tidings.schemas.registry.known;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map of limited size that drops the least recently used entry. Not thread-safe. */
public final class LeastRecent<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1L;
  private static final float LOAD_FACTOR = 0.75f;
  private static final int INITIAL = 16;

  private final int max;

  public LeastRecent(int max) {
    super(INITIAL, LOAD_FACTOR, true);
    this.max = max;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > max;
  }
}
