package dev.tidings.ingest.rest;

import dev.tidings.http.Exchange;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.ingest.repeat.Earlier;
import dev.tidings.ingest.trace.TraceFinder;
import dev.tidings.ingest.trace.TraceFinder.Acceptance;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.topic.ReceiptKey;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells other nodes when notifications were accepted: a line for each key of a receipt, with the
 * time and the fingerprint of the request, as far as they are known. Only to those who know the
 * token keys. Thread-safe; answering blocks.
 */
final class AcceptedAnswers {
  /** How many keys one question has: their text has to fit into a request line. */
  static final int MOST = 64;

  static final String KEYS = "keys=";

  private static final String UNKNOWN = "-";
  private static final String PURPOSE = "accepted ";
  private static final String FIELDS = " ";
  private static final String LINES = "\n";

  private final NodeSeal seal;

  AcceptedAnswers(NodeSeal seal) {
    this.seal = seal;
  }

  /** Returns the query with a question. */
  static String query(List<ReceiptKey> keys) {
    return KEYS + String.join(",", keys.stream().map(ReceiptKey::text).toList());
  }

  /** Returns the seal of a question. */
  static String seal(NodeSeal seal, String query) {
    return seal.of(PURPOSE + query);
  }

  /** Returns the keys that a node asks for; empty if it is none, or asks for something else. */
  Optional<List<ReceiptKey>> asked(Request head) {
    @Nullable String query = head.query();
    @Nullable String told = head.header(GetTrace.CALLER);
    if (query == null || told == null || !query.startsWith(KEYS)) {
      return Optional.empty();
    }
    if (!seal.isOf(PURPOSE + query, told)) {
      return Optional.empty();
    }
    List<ReceiptKey> keys = new ArrayList<>();
    for (String text : query.substring(KEYS.length()).split(",", -1)) {
      ReceiptKey.parse(text.getBytes(StandardCharsets.ISO_8859_1)).ifPresent(keys::add);
    }
    return keys.isEmpty() || keys.size() > MOST ? Optional.empty() : Optional.of(keys);
  }

  /** Answers a question. */
  static void answer(TraceFinder finder, List<ReceiptKey> keys, Exchange exchange) {
    StringBuilder lines = new StringBuilder();
    for (ReceiptKey key : keys) {
      @Nullable Earlier earlier =
          finder.accepted(key) instanceof Acceptance.Here(var known) ? known.orElse(null) : null;
      lines.append(earlier == null ? UNKNOWN : Long.toString(earlier.acceptedAtMillis()));
      if (earlier != null && earlier.fingerprint() != null) {
        lines.append(FIELDS).append(earlier.fingerprint());
      }
      lines.append(LINES);
    }
    exchange.respond(
        Response.of(
            HttpResponseStatus.OK,
            lines.toString().getBytes(StandardCharsets.US_ASCII),
            HttpHeaderNames.CONTENT_TYPE,
            HttpHeaderValues.TEXT_PLAIN));
  }

  /** Reads an answer; empty where nothing is known, and where it is not one. */
  static List<Optional<Earlier>> read(Response response, int keys) {
    List<Optional<Earlier>> read = new ArrayList<>();
    if (response.status().equals(HttpResponseStatus.OK)) {
      String text = new String(response.body(), StandardCharsets.US_ASCII);
      for (String line : text.split(LINES, -1)) {
        read.add(earlier(line));
      }
    }
    while (read.size() < keys) {
      read.add(Optional.empty());
    }
    return read;
  }

  private static Optional<Earlier> earlier(String line) {
    String[] fields = line.split(FIELDS, 2);
    try {
      return line.isEmpty() || line.equals(UNKNOWN)
          ? Optional.empty()
          : Optional.of(
              new Earlier(Long.parseLong(fields[0]), fields.length == 1 ? null : fields[1]));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
