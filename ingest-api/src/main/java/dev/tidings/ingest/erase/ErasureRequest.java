package dev.tidings.ingest.erase;

import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request to erase what is kept of a device.
 *
 * @param team on whose behalf; null: of an administrator, or where nobody has to prove who he is
 * @param apps whose data; null: of all, and what belongs to none
 * @param who asks, for the audit log
 * @param from where the request comes from
 */
public record ErasureRequest(
    DeviceId device, @Nullable String team, @Nullable List<String> apps, String who, String from) {
  private static final int HEX = 16;

  /**
   * Reads a device from a segment of a path: UTF-8, percent-encoded where it has to be.
   *
   * @throws InvalidValueException if it is none
   */
  public static DeviceId device(String segment) {
    // What is encoded is never longer than three characters for a byte.
    if (segment.length() > 3 * DeviceId.MAX_BYTES) {
      throw invalid("longer");
    }
    ByteBuffer bytes = ByteBuffer.allocate(segment.length());
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c == '%') {
        int high = i + 2 < segment.length() ? Character.digit(segment.charAt(i + 1), HEX) : -1;
        int low = high < 0 ? -1 : Character.digit(segment.charAt(i + 2), HEX);
        if (low < 0) {
          throw invalid(segment);
        }
        bytes.put((byte) (high * HEX + low));
        i += 2;
      } else if (c > ' ' && c < 0x7f) {
        bytes.put((byte) c);
      } else {
        throw invalid(segment);
      }
    }
    try {
      return new DeviceId(StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString());
    } catch (CharacterCodingException e) {
      throw invalid(segment);
    }
  }

  private static InvalidValueException invalid(String segment) {
    return new InvalidValueException(
        "device",
        segment,
        "1 to "
            + DeviceId.MAX_BYTES
            + " bytes of UTF-8 without control characters, encoded as in"
            + " a URL");
  }

  /** What is asked for, for people. */
  String what() {
    return apps == null
        ? "device erase " + device
        : "device erase %s apps %s".formatted(device, String.join(",", apps));
  }
}
