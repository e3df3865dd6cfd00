package dev.tidings.ingest;

import dev.tidings.http.Response;
import dev.tidings.ingest.accept.NotificationLog;
import dev.tidings.ingest.audit.AuditParts;
import dev.tidings.ingest.broadcast.BroadcastOperations;
import dev.tidings.ingest.broadcast.InMemoryBroadcasts;
import dev.tidings.ingest.device.DeviceInformation;
import dev.tidings.ingest.device.GetDevice;
import dev.tidings.ingest.erase.DeviceErasures;
import dev.tidings.ingest.erase.ErasureRequest;
import dev.tidings.ingest.history.HistoryParts;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.peer.KnownPeers;
import dev.tidings.ingest.receipts.GetReceipts;
import dev.tidings.ingest.replay.InMemoryReplays;
import dev.tidings.ingest.replay.ReplayClerk;
import dev.tidings.ingest.replay.ReplayDesk;
import dev.tidings.ingest.replay.ReplayOperations;
import dev.tidings.ingest.rest.DeviceErasure;
import dev.tidings.ingest.rest.GetTrace;
import dev.tidings.ingest.rest.TraceTurns;
import dev.tidings.ingest.send.post.PostNotifications;
import dev.tidings.schemas.question.DeviceQuestion.InboxPage;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.value.DeviceId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
                System::nanoTime);
        GetDevice device =
            new GetDevice(
                new NoDevices(), identity -> List.of(), Optional.empty(), SendLimits.none());
        ReplayClerk clerk =
            new ReplayClerk(
                new ReplayDesk(
                    new InMemoryReplays(), new ReplayDesk.Limits(1, 1, 1, 1), System::nanoTime),
                identity -> List.of(),
                1,
                InstantSource.system());
        RegistryClient registry =
            new RegistryClient(
                RegistryConfig.of(Map.of(RegistryConfig.URL, "http://localhost:1")));
        HistoryParts history =
            new HistoryParts(
                Optional::empty,
                registry,
                () -> {
                  throw new AssertionError("no node is asked");
                },
                new NodeSeal(TokenKeys.parse("1:000102030405060708090a0b0c0d0e0f")),
                KnownPeers.bySealAlone(),
                true,
                1,
                Duration.ofSeconds(1),
                InstantSource.system())) {
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
              history.operations(Optional.empty(), SendLimits.none()),
              Stream.concat(erasure.operations().stream(), device.operations().stream()).toList(),
              new BroadcastOperations(
                      new InMemoryBroadcasts(1), Optional.empty(), SendLimits.none())
                  .operations(),
              new ReplayOperations(clerk, Optional.empty(), SendLimits.none()).operations())
          .forEach(each -> named.add(each.method() + " " + each.path()));
    }
    return named;
  }

  private static final class NoDevices implements DeviceInformation {
    @Override
    public Response device(DeviceId device, @Nullable List<String> apps) {
      throw new AssertionError("no device is looked at");
    }

    @Override
    public Response inbox(
        DeviceId device, @Nullable List<String> apps, InboxPage page, String path) {
      throw new AssertionError("no inbox is looked at");
    }
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
