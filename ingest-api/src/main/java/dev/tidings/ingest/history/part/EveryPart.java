package dev.tidings.ingest.history.part;

import dev.tidings.http.Response;
import dev.tidings.ingest.rest.PeerClient;
import dev.tidings.ingest.trace.index.HistoryIndex.NotServedException;
import dev.tidings.ingest.trace.table.ReceiptsOwner;
import dev.tidings.schemas.token.NodeSeal;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Asks all parts of the history: this node's here, and those of other nodes there. All of them
 * answer, or the question is not answered. Thread-safe.
 */
public final class EveryPart {
  private final Supplier<List<ReceiptsOwner>> owners;
  private final Supplier<PeerClient> nodes;
  private final NodeSeal seal;
  private final Duration patience;

  /**
   * @param owners who has each partition; empty as long as the service is starting
   * @param nodes supplies the client of other nodes; called only when there is a node to ask
   * @param patience how long another node may take
   */
  public EveryPart(
      Supplier<List<ReceiptsOwner>> owners,
      Supplier<PeerClient> nodes,
      NodeSeal seal,
      Duration patience) {
    this.owners = owners;
    this.nodes = nodes;
    this.seal = seal;
    this.patience = patience;
  }

  /** What partitions of this node say; blocks. */
  @FunctionalInterface
  public interface Here<T> {
    /** Returns it. */
    T read(List<Integer> partitions) throws NotServedException;
  }

  /**
   * Asks all; blocks as long as this node's own parts take.
   *
   * @param path where other nodes are asked
   * @param query what they are asked
   * @param here what this node's parts say
   * @param there reads what others answer
   * @return the answers; fails with a {@link NotServedException} if there are not all
   */
  public <T> CompletableFuture<List<T>> ask(
      String path, String query, Here<T> here, Function<byte[], T> there)
      throws NotServedException {
    List<ReceiptsOwner> all = owners.get();
    List<Integer> own = new ArrayList<>();
    Map<HostInfo, List<Integer>> others = new HashMap<>();
    for (int i = 0; i < all.size(); i++) {
      switch (all.get(i)) {
        case ReceiptsOwner.Here(int partition) -> own.add(partition);
        case ReceiptsOwner.There(HostInfo node) ->
            others.computeIfAbsent(node, _ -> new ArrayList<>()).add(i);
        case ReceiptsOwner.Nobody() -> throw nobodys();
      }
    }
    if (all.isEmpty()) {
      throw nobodys();
    }
    List<CompletableFuture<T>> answers = new ArrayList<>();
    others.forEach((node, partitions) ->
        answers.add(ask(node, path, new PartQuestion(partitions, query)).thenApply(there)));
    if (!own.isEmpty()) {
      answers.add(CompletableFuture.completedFuture(here.read(own)));
    }
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(_ -> answers.stream().map(CompletableFuture::join).toList());
  }

  private static NotServedException nobodys() {
    return new NotServedException("the history is not assigned to any node yet");
  }

  private CompletableFuture<byte[]> ask(HostInfo node, String path, PartQuestion question) {
    return nodes
        .get()
        .ask(
            node,
            path + '?' + question.text(),
            Map.of(PartQuestion.SEAL.toString(), question.seal(seal, path)),
            patience)
        .handle((response, failure) -> body(response, failure));
  }

  private static byte[] body(Response response, Throwable failure) {
    if (failure != null || !response.status().equals(HttpResponseStatus.OK)) {
      throw new CompletionException(
          new NotServedException("a node that has a part of the history does not tell it"));
    }
    return response.body();
  }
}
