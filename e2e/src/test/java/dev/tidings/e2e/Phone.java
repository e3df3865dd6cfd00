package dev.tidings.e2e;

import dev.tidings.device.DeviceClient;
import dev.tidings.device.DeviceOptions;
import dev.tidings.device.receive.NotificationListener;
import dev.tidings.device.receive.ReceivedNotification;
import dev.tidings.device.receive.Withdrawal;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.HostPort;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A phone: the device SDK, and what it has shown. */
final class Phone implements AutoCloseable {
  private final List<String> shown = new CopyOnWriteArrayList<>();
  private final List<String> withdrawn = new CopyOnWriteArrayList<>();
  private final DeviceClient client;
  private final String token;

  private Phone(DeviceOptions options) throws Exception {
    client = new DeviceClient(options, new Screen());
    token = client.connect().get(30, TimeUnit.SECONDS).values().stream().findFirst().orElse("none");
  }

  private final class Screen implements NotificationListener {
    @Override
    public void onNotification(ReceivedNotification notification) {
      shown.add(notification.id());
    }

    @Override
    public void onWithdrawn(Withdrawal withdrawal) {
      withdrawn.add(withdrawal.id());
    }
  }

  /** Connects and registers. */
  static Phone register(Pipeline pipeline, String serial) throws Exception {
    return register(options(pipeline, serial));
  }

  /** Connects as these options say, and registers. */
  static Phone register(DeviceOptions.Builder options) throws Exception {
    return new Phone(options.apps(Provider.APP).build());
  }

  /** Connects as a device that has registered before. */
  static Phone connect(Pipeline pipeline, String serial) throws Exception {
    return connect(options(pipeline, serial));
  }

  /** The same, as these options say. */
  static Phone connect(DeviceOptions.Builder options) throws Exception {
    return new Phone(options.build());
  }

  private static DeviceOptions.Builder options(Pipeline pipeline, String serial) {
    HostPort mqtt = pipeline.endpoint(TidingsService.DELIVERY_NODE, "mqtt");
    return DeviceOptions.builder(mqtt.host(), mqtt.port(), serial);
  }

  String token() {
    return token;
  }

  /** The ids of the notifications shown, in order, each once. */
  List<String> shown() {
    return List.copyOf(shown);
  }

  /** The ids of the notifications that it was told to take back, in order, each once. */
  List<String> withdrawn() {
    return List.copyOf(withdrawn);
  }

  @Override
  public void close() {
    client.close();
  }
}
