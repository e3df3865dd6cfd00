package dev.tidings.ingest.apns.request;

import io.netty.util.AsciiString;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The unparsed headers of Apple's protocol, collected in one pass. */
public final class ApnsHeaders {
  private static final String PREFIX = "apns-";

  private static final AsciiString AUTHORIZATION = AsciiString.cached("authorization");

  private @Nullable String authorization;
  private @Nullable String id;
  private @Nullable String topic;
  private @Nullable String expiration;
  private @Nullable String priority;
  private @Nullable String collapseId;
  private @Nullable String pushType;
  private @Nullable String requestId;
  private @Nullable String channelId;
  private boolean repeated;
  private boolean repeatedOfChannels;

  private ApnsHeaders() {}

  /**
   * Collects them.
   *
   * @param headers names in any case
   */
  public static ApnsHeaders of(
      Iterable<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> headers) {
    ApnsHeaders found = new ApnsHeaders();
    for (Map.Entry<? extends CharSequence, ? extends CharSequence> header : headers) {
      CharSequence name = header.getKey();
      if (AUTHORIZATION.contentEqualsIgnoreCase(name)) {
        found.authorization = found.once(found.authorization, "");
      } else if (isApple(name)) {
        found.take(name.toString().toLowerCase(Locale.ROOT), header.getValue().toString());
      }
    }
    return found;
  }

  /** Returns whether it is a header of Apple's protocol. In HTTP/1.1 a name may be in any case. */
  private static boolean isApple(CharSequence name) {
    if (name.length() <= PREFIX.length()) {
      return false;
    }
    for (int i = 0; i < PREFIX.length(); i++) {
      char c = name.charAt(i);
      char expected = PREFIX.charAt(i);
      if (c != expected && c != Character.toUpperCase(expected)) {
        return false;
      }
    }
    return true;
  }

  private void take(String name, String value) {
    switch (name) {
      case "apns-id" -> id = once(id, value);
      case "apns-topic" -> topic = once(topic, value);
      case "apns-expiration" -> expiration = once(expiration, value);
      case "apns-priority" -> priority = once(priority, value);
      case "apns-collapse-id" -> collapseId = once(collapseId, value);
      case "apns-push-type" -> pushType = once(pushType, value);
      case "apns-request-id" -> {
        repeatedOfChannels |= requestId != null;
        requestId = value;
      }
      case "apns-channel-id" -> {
        repeatedOfChannels |= channelId != null;
        channelId = value;
      }
      default -> {
        // A header of a later version of the protocol, or one that only APNs uses.
      }
    }
  }

  private String once(@Nullable String before, String value) {
    repeated |= before != null;
    return value;
  }

  @Nullable String id() {
    return id;
  }

  @Nullable String topic() {
    return topic;
  }

  public @Nullable String expiration() {
    return expiration;
  }

  public @Nullable String priority() {
    return priority;
  }

  @Nullable String collapseId() {
    return collapseId;
  }

  public @Nullable String pushType() {
    return pushType;
  }

  /** Returns the id of a request about channels. */
  public @Nullable String requestId() {
    return requestId;
  }

  /** Returns the channel that a request is about. */
  public @Nullable String channelId() {
    return channelId;
  }

  /** Returns whether one of them occurred more than once. */
  boolean repeated() {
    return repeated;
  }

  /** Returns the same, with those that only requests about channels have. */
  public boolean repeatedOfChannels() {
    return repeated || repeatedOfChannels;
  }
}
