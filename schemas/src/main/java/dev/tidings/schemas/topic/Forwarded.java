package dev.tidings.schemas.topic;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The header of a notification that its producer wrote to the wrong partition for its key, and that
 * was forwarded to the right one: the place where it came from.
 *
 * @param times how often it was forwarded
 * @param timestamp of the record as its producer wrote it, in ms since the epoch
 * @param partition where it was first
 * @param offset where it was first
 */
public record Forwarded(int times, long timestamp, int partition, long offset) {
  public static final String HEADER = "tidings-forwarded";
  private static final int MAX_LENGTH = 64;
  private static final Pattern FORMAT =
      Pattern.compile("(\\d{1,4}) (\\d{1,18}) (\\d{1,9}) (\\d{1,18})");

  /** Reads a record's headers; empty if it was not forwarded, or the header is not ours. */
  public static Optional<Forwarded> of(Headers headers) {
    Header header = headers.lastHeader(HEADER);
    if (header == null || header.value() == null || header.value().length > MAX_LENGTH) {
      return Optional.empty();
    }
    Matcher found = FORMAT.matcher(new String(header.value(), StandardCharsets.ISO_8859_1));
    return found.matches()
        ? Optional.of(
            new Forwarded(
                Integer.parseInt(found.group(1)),
                Long.parseLong(found.group(2)),
                Integer.parseInt(found.group(3)),
                Long.parseLong(found.group(4))))
        : Optional.empty();
  }

  /** Returns the header for one more forwarding. */
  public Forwarded again() {
    return new Forwarded(times + 1, timestamp, partition, offset);
  }

  /** Writes it to a record's headers, replacing an older one. */
  public void writeTo(Headers headers) {
    headers.remove(HEADER);
    headers.add(
        HEADER,
        (times + " " + timestamp + " " + partition + " " + offset)
            .getBytes(StandardCharsets.ISO_8859_1));
  }
}
