package dev.tidings.ingest.earlier;

import dev.tidings.http.Response;
import dev.tidings.schemas.topic.ReceiptKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Tells of many notifications which have a receipt, from the table here and at other nodes.
 * Thread-safe; it blocks, for a node that does not answer for about a second.
 */
public final class KnownReceipts {
  private static final long PATIENCE_MILLIS = 1_000;

  private final Supplier<ReceiptLookup> glances;
  private final NodeQuestions.Asking nodes;

  /** Whether there is a receipt. */
  public enum Presence {
    THERE,
    NONE,
    /** It cannot be known now: a part of the table is being moved or restored. */
    UNKNOWN
  }

  /**
   * @param glances returns what looks up some in a row
   */
  KnownReceipts(Supplier<ReceiptLookup> glances, NodeQuestions.Asking nodes) {
    this.glances = glances;
    this.nodes = nodes;
  }

  /** Returns what is known of each key, in their order. */
  public List<Presence> look(List<ReceiptKey> keys) throws InterruptedException {
    Presence[] found = new Presence[keys.size()];
    Arrays.fill(found, Presence.UNKNOWN);
    Map<HostInfo, List<Integer>> elsewhere = new HashMap<>();
    ReceiptLookup here = glances.get();
    for (int i = 0; i < found.length; i++) {
      switch (here.look(keys.get(i))) {
        case ReceiptLookup.Place.Here(EarlierAnswer answer) -> found[i] = presence(answer);
        case ReceiptLookup.Place.There(HostInfo node) ->
            elsewhere.computeIfAbsent(node, _ -> new ArrayList<>()).add(i);
      }
    }
    for (Map.Entry<HostInfo, List<Integer>> each : elsewhere.entrySet()) {
      List<Integer> all = each.getValue();
      for (int from = 0; from < all.size(); from += NodeQuestion.MOST) {
        int to = Math.min(all.size(), from + NodeQuestion.MOST);
        if (!ask(each.getKey(), all.subList(from, to), keys, found)) {
          break;
        }
      }
    }
    return List.of(found);
  }

  private static Presence presence(EarlierAnswer answer) {
    return answer instanceof EarlierAnswer.Known(var earlier)
        ? earlier.isPresent() ? Presence.THERE : Presence.NONE
        : Presence.UNKNOWN;
  }

  /** Asks a node, and returns whether it has answered. */
  private boolean ask(HostInfo node, List<Integer> places, List<ReceiptKey> keys, Presence[] found)
      throws InterruptedException {
    try {
      CompletableFuture<Response> asked = nodes.ask(node, places.stream().map(keys::get).toList());
      List<EarlierAnswer> answers =
          NodeQuestion.read(asked.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS), places.size());
      for (int i = 0; i < answers.size(); i++) {
        found[places.get(i)] = presence(answers.get(i));
      }
      return !answers.isEmpty();
    } catch (ExecutionException | TimeoutException | IllegalStateException e) {
      // Not known now: the caller asks again.
      return false;
    }
  }
}
