package dev.tidings.ingest;

import dev.tidings.ingest.accept.NotificationLog;
import dev.tidings.ingest.audit.AuditParts;
import dev.tidings.ingest.broadcast.BroadcastOperations;
import dev.tidings.ingest.broadcast.InMemoryBroadcasts;
import dev.tidings.ingest.erase.DeviceErasures;
import dev.tidings.ingest.erase.ErasureRequest;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.peer.KnownPeers;
import dev.tidings.ingest.receipts.GetReceipts;
import dev.tidings.ingest.rest.DeviceErasure;
import dev.tidings.ingest.rest.GetTrace;
import dev.tidings.ingest.rest.TraceTurns;
import dev.tidings.ingest.send.post.PostNotifications;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.token.TokenKeys;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Names the operations of the provider ports, for tests in other packages. */
public final class ProviderApiOperations {
  private ProviderApiOperations() {}

  /** Returns each as its method and its path. */
  public static Set<String> named(PostNotifications sending, NotificationLog log) {
    Set<String> named = new TreeSet<>();
    try (TraceTurns turns = new TraceTurns(1, 1, 1);
        DeviceErasure erasure =
            new DeviceErasure(
                new NoErasures(),
                identity -> List.of(),
                Optional.empty(),
                SendLimits.none(),
                1,
                System::nanoTime)) {
      GetTrace trace =
          new GetTrace(
              Optional::empty,
              turns,
              () -> {
                throw new AssertionError("no node is asked");
              },
              new NodeSeal(TokenKeys.parse("1:000102030405060708090a0b0c0d0e0f")),
              Optional.empty(),
              SendLimits.none(),
              KnownPeers.bySealAlone());
      ProviderApi.operations(
              List.of(trace, trace.withdrawing(log, InstantSource.system())),
              sending,
              new GetReceipts(
                  () -> {
                    throw new AssertionError("no stream is opened");
                  },
                  Optional.empty(),
                  SendLimits.none(),
                  () -> false),
              new AuditParts(new SimpleMeterRegistry())
                  .operation(Optional.empty(), SendLimits.none()),
              erasure.operations(),
              new BroadcastOperations(
                      new InMemoryBroadcasts(1), Optional.empty(), SendLimits.none())
                  .operations())
          .forEach(each -> named.add(each.method() + " " + each.path()));
    }
    return named;
  }

  private static final class NoErasures implements DeviceErasures {
    @Override
    public String request(ErasureRequest request) {
      throw new AssertionError("nothing is erased");
    }

    @Override
    public Optional<Known> find(String id) {
      return Optional.empty();
    }

    @Override
    public boolean isSettled(String id) {
      return true;
    }
  }
}
