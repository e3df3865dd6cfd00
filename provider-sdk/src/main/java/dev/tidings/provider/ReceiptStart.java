package dev.tidings.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.time.Instant;

/** Where a stream of receipts begins. */
public sealed interface ReceiptStart {
  /** Now. */
  record Now() implements ReceiptStart {}

  /**
   * With what was written since then, as far back as receipts are kept.
   *
   * @param time the earliest
   */
  record Since(Instant time) implements ReceiptStart {}

  /**
   * Behind an event.
   *
   * @param id that of the event
   */
  record After(String id) implements ReceiptStart {}

  /** Returns the parameter that says so; empty if none is needed. */
  private String parameter() {
    return switch (this) {
      case Now() -> "";
      case Since(Instant time) -> "&since=" + URLEncoder.encode(time.toString(), UTF_8);
      case After(String id) -> "&after=" + URLEncoder.encode(id, UTF_8);
    };
  }

  /** Returns the path and query of an app's stream that begins here. */
  default String path(String app) {
    return "/v1/receipts?app=" + URLEncoder.encode(app, UTF_8) + parameter();
  }
}
