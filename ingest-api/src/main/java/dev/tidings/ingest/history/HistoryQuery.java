package dev.tidings.ingest.history;

import dev.tidings.ingest.history.part.Parameters;
import dev.tidings.ingest.trace.index.IndexKey;
import dev.tidings.ingest.trace.index.IndexRow;
import dev.tidings.ingest.trace.index.IndexScan;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.Category;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.Token;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which notifications of some apps are asked for.
 *
 * @param apps whose rows come in one order, if there are several
 * @param token all of it; null for any
 * @param outcome null for any
 * @param category {@link Category#NONE} for those without one; null for any
 * @param from the time from which they were accepted, in ms since the epoch; null for the first
 * @param to the time before which they were accepted; null for the last
 * @param limit the most rows of a page
 * @param after behind which place the page begins; null for the first page
 */
record HistoryQuery(
    List<String> apps,
    @Nullable String device,
    @Nullable String token,
    @Nullable Outcome outcome,
    @Nullable String category,
    @Nullable Long from,
    @Nullable Long to,
    boolean newestFirst,
    int limit,
    @Nullable HistoryCursor after) {
  static final int PAGE = 100;
  static final int LONGEST_PAGE = 500;

  /** Each is looked for by itself. */
  static final int MOST_APPS = 10;

  private static final List<String> KNOWN =
      List.of(
          "app",
          "device",
          "token",
          "outcome",
          "category",
          "from",
          "to",
          "order",
          "limit",
          "cursor");
  private static final List<String> OUTCOMES =
      Stream.of(Outcome.values())
          .filter(each -> each != Outcome.UNKNOWN && each != Outcome.REPEATED)
          .map(each -> each.name().toLowerCase(Locale.ROOT))
          .toList();
  private static final String NEWEST = "newest";
  private static final String OLDEST = "oldest";

  /**
   * Reads it.
   *
   * @param text of the URL; null for none
   * @throws InvalidValueException if something is missing, unknown or wrong
   */
  static HistoryQuery of(@Nullable String text) {
    Parameters given = Parameters.of(text, KNOWN);
    @Nullable String device = given.get("device");
    @Nullable String token = given.get("token");
    @Nullable String category = given.get("category");
    @Nullable String cursor = given.get("cursor");
    HistoryQuery first =
        new HistoryQuery(
            given.apps(MOST_APPS),
            device == null ? null : new DeviceId(device).value(),
            token == null ? null : Token.parse(token).hex(),
            outcome(given.get("outcome")),
            category == null ? null : Category.asked(category),
            millis("from", given.get("from")),
            millis("to", given.get("to")),
            isNewestFirst(given.get("order")),
            limit(given.get("limit")),
            null);
    return cursor == null ? first : first.after(HistoryCursor.parse(cursor, first.subject()));
  }

  private static @Nullable Outcome outcome(@Nullable String text) {
    if (text == null) {
      return null;
    }
    if (!OUTCOMES.contains(text)) {
      throw new InvalidValueException("outcome", text, "one of " + String.join(", ", OUTCOMES));
    }
    return Outcome.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private static @Nullable Long millis(String name, @Nullable String text) {
    try {
      return text == null ? null : Math.max(0, Instant.parse(text).toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      throw new InvalidValueException(name, text, "a time such as 2026-12-31T12:00:00Z");
    }
  }

  private static boolean isNewestFirst(@Nullable String text) {
    if (text != null && !text.equals(NEWEST) && !text.equals(OLDEST)) {
      throw new InvalidValueException("order", text, NEWEST + " or " + OLDEST);
    }
    return text == null || text.equals(NEWEST);
  }

  private static int limit(@Nullable String text) {
    if (text == null) {
      return PAGE;
    }
    int limit = text.matches("\\d{1,4}") ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > LONGEST_PAGE) {
      throw new InvalidValueException("limit", text, "1 to " + LONGEST_PAGE);
    }
    return limit;
  }

  /** Returns the same, behind a place. */
  HistoryQuery after(HistoryCursor place) {
    return new HistoryQuery(
        apps,
        device,
        token,
        outcome,
        category,
        from,
        to,
        newestFirst,
        limit,
        Objects.requireNonNull(place));
  }

  /** Returns what it asks for, whichever the page and its length. */
  String subject() {
    List<String> parts = new ArrayList<>();
    apps.forEach(app -> add(parts, "app", app));
    add(parts, "device", device);
    add(parts, "token", token);
    add(parts, "outcome", outcome == null ? null : outcome.name().toLowerCase(Locale.ROOT));
    add(parts, "category", category);
    add(parts, "from", from == null ? null : Instant.ofEpochMilli(from).toString());
    add(parts, "to", to == null ? null : Instant.ofEpochMilli(to).toString());
    add(parts, "order", newestFirst ? null : OLDEST);
    return String.join("&", parts);
  }

  private static void add(List<String> parts, String name, @Nullable String value) {
    if (value != null) {
      parts.add(name + '=' + URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
  }

  /** Returns it as the query of a URL. */
  String text() {
    return subject()
        + (limit == PAGE ? "" : "&limit=" + limit)
        + (after == null ? "" : "&cursor=" + after.text(subject()));
  }

  /** Returns how an index is looked through for one of its apps. Places are the same in all. */
  IndexScan scan(String app) {
    return new IndexScan(
        app,
        from == null ? 0 : from,
        to == null ? Long.MAX_VALUE : to,
        after == null ? null : after.place(),
        newestFirst,
        wanted(),
        limit);
  }

  private BiPredicate<IndexKey, IndexRow> wanted() {
    long hash = IndexRow.device(device);
    @Nullable String mark = token == null ? null : ReceiptKey.mark(token);
    return (key, row) ->
        (mark == null || mark.equals(key.mark()))
            && (device == null || hash == row.device())
            && (outcome == null || outcome == row.outcome())
            && (category == null
                || category.equals(row.category() == null ? Category.NONE : row.category()));
  }

  /** Compares places in the order of the pages. */
  int compare(byte[] one, byte[] other) {
    int compared = Arrays.compareUnsigned(one, other);
    return newestFirst ? compared : -compared;
  }
}
