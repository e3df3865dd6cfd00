package dev.tidings.ingest.history.part;

import dev.tidings.http.Request;
import dev.tidings.schemas.token.NodeSeal;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How one node asks another about some of its parts.
 *
 * @param partitions which
 * @param query what is asked, in the form of the operation
 */
record PartQuestion(List<Integer> partitions, String query) {
  /** The field with the seal of its query. */
  static final AsciiString SEAL = AsciiString.cached("tidings-history");

  private static final String PARTITIONS = "partitions=";
  private static final String PURPOSE = "history ";
  private static final int MOST_PARTITIONS = 4_096;

  /** Returns its query as it is sent. */
  String text() {
    return PARTITIONS
        + partitions.stream().map(String::valueOf).collect(Collectors.joining(","))
        + '&'
        + query;
  }

  /** Returns the seal of it, as it is asked at a path. */
  String seal(NodeSeal seal, String path) {
    return seal.of(PURPOSE + path + '?' + text());
  }

  /** Returns what a node asks; empty if it is none. */
  static Optional<PartQuestion> read(Request head, NodeSeal seal) {
    @Nullable String query = head.query();
    @Nullable String told = head.header(SEAL);
    int end = query == null ? -1 : query.indexOf('&');
    if (query == null || told == null || end < 0 || !query.startsWith(PARTITIONS)) {
      return Optional.empty();
    }
    if (!seal.isOf(PURPOSE + head.path() + '?' + query, told)) {
      return Optional.empty();
    }
    List<Integer> partitions = new ArrayList<>();
    for (String each : query.substring(PARTITIONS.length(), end).split(",", -1)) {
      if (!each.matches("\\d{1,4}") || partitions.size() == MOST_PARTITIONS) {
        return Optional.empty();
      }
      partitions.add(Integer.parseInt(each));
    }
    return Optional.of(new PartQuestion(partitions, query.substring(end + 1)));
  }
}
