package dev.tidings.ingest.send;

import dev.tidings.ingest.accept.NewNotification;
import java.util.Map;

/**
 * One notification that a provider wants sent. Every value is valid; whether the token is genuine
 * has not been looked at.
 *
 * @param payload the bytes of the value of that member, unchanged
 * @param localized other payloads by language tag, likewise
 * @param dryRun whether it is to be checked only
 */
@SuppressWarnings("ArrayRecordComponent") // Not compared.
public record SendRequest(
    NewNotification notification, byte[] payload, Map<String, byte[]> localized, boolean dryRun)
    implements Reading {
  /** Returns how many bytes its payloads have. */
  public int bytes() {
    return payload.length + localized.values().stream().mapToInt(each -> each.length).sum();
  }
}
