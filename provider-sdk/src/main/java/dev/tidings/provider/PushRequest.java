package dev.tidings.provider;

import java.util.Map;

/**
 * A notification to send by Apple's protocol.
 *
 * @param token the device token
 * @param headers the APNs headers, {@code apns-topic} and its like
 * @param payload the JSON payload
 */
public record PushRequest(String token, Map<String, String> headers, String payload) {
  public PushRequest {
    headers = Map.copyOf(headers);
  }
}
