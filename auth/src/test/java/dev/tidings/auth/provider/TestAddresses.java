package dev.tidings.auth.provider;

import java.util.HashMap;
import java.util.Map;

/** Twenty forged tokens for each address, and no more ever. */
final class TestAddresses implements RefusedAddresses {
  private static final int MAX = 20;

  private final Map<Long, Integer> refused = new HashMap<>();

  @Override
  public void refused(long address) {
    refused.merge(address, 1, Integer::sum);
  }

  @Override
  public boolean isOverLimit(long address) {
    return refused.getOrDefault(address, 0) >= MAX;
  }
}
