package dev.tidings.ingest.earlier;

import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.ingest.repeat.Earlier;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.topic.ReceiptKey;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How one node asks another for many receipts at once, and how that is answered: a line for each
 * key, in their order, with the time of acceptance and the fingerprint of the request; {@code -}
 * where there is no receipt, {@code ?} where it cannot be known.
 */
final class NodeQuestion {
  /** How many keys one has: their text has to fit into a request line. */
  static final int MOST = 64;

  /** The header that marks one, with the seal of its query. */
  static final AsciiString SEAL = AsciiString.cached("tidings-accepted");

  private static final String KEYS = "keys=";
  private static final String PURPOSE = "accepted ";
  private static final String NOTHING = "-";
  private static final String UNKNOWN = "?";
  private static final String FIELDS = " ";
  private static final String LINES = "\n";

  private NodeQuestion() {}

  /** Returns the query of one. */
  static String query(List<ReceiptKey> keys) {
    return KEYS + String.join(",", keys.stream().map(ReceiptKey::text).toList());
  }

  static String seal(NodeSeal seal, String query) {
    return seal.of(PURPOSE + query);
  }

  /** Returns the keys that a node asks for; empty if it is none, or asks for something else. */
  static Optional<List<ReceiptKey>> asked(Request head, NodeSeal seal) {
    @Nullable String query = head.query();
    @Nullable String told = head.header(SEAL);
    if (query == null || told == null || !query.startsWith(KEYS)) {
      return Optional.empty();
    }
    if (!seal.isOf(PURPOSE + query, told)) {
      return Optional.empty();
    }
    List<ReceiptKey> keys = new ArrayList<>();
    for (String text : query.substring(KEYS.length()).split(",", -1)) {
      Optional<ReceiptKey> key = ReceiptKey.parse(text.getBytes(StandardCharsets.ISO_8859_1));
      if (key.isEmpty() || keys.size() == MOST) {
        return Optional.empty();
      }
      keys.add(key.get());
    }
    return Optional.of(keys);
  }

  /** Returns the response with the answers. */
  static Response response(List<EarlierAnswer> answers) {
    StringBuilder lines = new StringBuilder();
    for (EarlierAnswer answer : answers) {
      switch (answer) {
        case EarlierAnswer.Unknown _ -> lines.append(UNKNOWN);
        case EarlierAnswer.Known(var earlier) ->
            earlier.ifPresentOrElse(
                known -> {
                  lines.append(known.acceptedAtMillis());
                  if (known.fingerprint() != null) {
                    lines.append(FIELDS).append(known.fingerprint());
                  }
                },
                () -> lines.append(NOTHING));
      }
      lines.append(LINES);
    }
    return Response.of(
        HttpResponseStatus.OK,
        lines.toString().getBytes(StandardCharsets.US_ASCII),
        HttpHeaderNames.CONTENT_TYPE,
        HttpHeaderValues.TEXT_PLAIN);
  }

  /** Reads the answers to so many keys; an empty list if it is not such a response. */
  static List<EarlierAnswer> read(Response response, int keys) {
    if (!response.status().equals(HttpResponseStatus.OK)) {
      return List.of();
    }
    String text = new String(response.body(), StandardCharsets.US_ASCII);
    String[] lines = text.split(LINES, -1);
    if (lines.length != keys + 1) {
      return List.of();
    }
    List<EarlierAnswer> read = new ArrayList<>();
    try {
      for (int i = 0; i < keys; i++) {
        read.add(answer(lines[i]));
      }
      return read;
    } catch (NumberFormatException e) {
      return List.of();
    }
  }

  private static EarlierAnswer answer(String line) {
    return switch (line) {
      case NOTHING -> EarlierAnswer.NOTHING;
      case UNKNOWN -> EarlierAnswer.UNKNOWN;
      default -> {
        String[] fields = line.split(FIELDS, 2);
        long at = Long.parseLong(fields[0]);
        yield new EarlierAnswer.Known(
            Optional.of(new Earlier(at, fields.length == 1 ? null : fields[1])));
      }
    };
  }
}
