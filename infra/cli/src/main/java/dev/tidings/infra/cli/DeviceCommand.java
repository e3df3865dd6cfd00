package dev.tidings.infra.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidings.device.ConnectionChange;
import dev.tidings.device.DeviceClient;
import dev.tidings.device.DeviceOptions;
import dev.tidings.device.receive.NotificationListener;
import dev.tidings.device.receive.ReceivedNotification;
import dev.tidings.device.receive.Withdrawal;
import dev.tidings.infra.cli.options.DevicePassword;
import dev.tidings.infra.cli.options.NodeOptions;
import dev.tidings.infra.cli.options.Values;
import dev.tidings.infra.cli.output.Facts;
import dev.tidings.infra.cli.output.Output;
import dev.tidings.infra.cli.stack.ProgressPrinter;
import dev.tidings.infra.demo.DemoPhone;
import dev.tidings.infra.demo.PhoneScreen;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a simulated phone. */
@Command(
    name = "device",
    description = "Runs a simulated phone: prints its device tokens and shows what it is sent.",
    footer = {
      "",
      "For example:",
      "  tidings device --serial my-phone --app com.example.news",
      "  tidings device --serial my-phone --url mqtt://localhost:1883 --count 1 --json"
    })
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class DeviceCommand implements Callable<Integer> {
  /** How a node refuses a device that proves nothing. */
  private static final Set<String> NO_TOKEN = Set.of("BAD_USER_NAME_OR_PASSWORD", "NOT_AUTHORIZED");

  @Spec private CommandSpec spec;

  @Option(
      names = "--serial",
      paramLabel = "SERIAL",
      converter = Values.Serial.class,
      defaultValue = DemoPhone.SERIAL,
      description = "Its serial number (default: ${DEFAULT-VALUE}).")
  private DeviceId serial;

  @Option(
      names = "--app",
      paramLabel = "APP",
      converter = Values.App.class,
      defaultValue = DemoPhone.APP,
      description = "An app to register for; may be repeated (default: ${DEFAULT-VALUE}).")
  private List<AppId> apps;

  @Mixin private NodeOptions node;
  @ArgGroup private DevicePassword password = new DevicePassword();

  @Option(
      names = "--count",
      paramLabel = "N",
      converter = Values.AtLeastOne.class,
      description = "Ends after that many notifications (default: at Ctrl-C).")
  private Optional<Integer> count = Optional.empty();

  @Option(
      names = "--json",
      description = "Prints tokens and notifications as objects, one in a line.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    var progressPrinter = new ProgressPrinter(err);
    var report = new ConnectionReport(node.address(), progressPrinter, System::nanoTime);
    var result = new CompletableFuture<Integer>();
    try (var device =
        new DeviceClient(
            options(err),
            new Screen(result),
            change -> onChange(change, report, progressPrinter, result))) {
      Thread.ofVirtual().start(() -> connect(device, result));
      return result.join();
    }
  }

  /** Shows what comes. */
  private final class Screen implements NotificationListener {
    private final CompletableFuture<Integer> result;
    private final AtomicInteger received = new AtomicInteger();

    Screen(CompletableFuture<Integer> result) {
      this.result = result;
    }

    @Override
    public void onNotification(ReceivedNotification notification) {
      int number = received.incrementAndGet();
      if (count.filter(enough -> number > enough).isPresent()) {
        // Neither shown nor confirmed: it is sent again, to the next connection of this device.
        throw new CancellationException("enough notifications");
      }
      show(notification);
      if (count.filter(enough -> number == enough).isPresent()) {
        // Only now: a notification is confirmed when this method has returned.
        result.completeAsync(() -> ExitCode.OK);
      }
    }

    @Override
    public void onWithdrawn(Withdrawal withdrawal) {
      output()
          .print(
              "withdrawn: " + withdrawal.app() + " id " + withdrawal.id(),
              Facts.of("withdrawn", withdrawal.id()).and("app", withdrawal.app()));
    }
  }

  private void connect(DeviceClient device, CompletableFuture<Integer> result) {
    try {
      device
          .connect()
          .join()
          .forEach((app, token) ->
              output().print(app + " token: " + token, Facts.of("app", app).and("token", token)));
    } catch (CompletionException e) {
      result.completeExceptionally(e);
    }
  }

  private DeviceOptions options(PrintWriter err) throws IOException {
    DeviceOptions.Builder options = node.device(serial.value());
    return password.addTo(options.apps(apps.stream().map(AppId::value).toList()), err).build();
  }

  private void show(ReceivedNotification notification) {
    if (json) {
      output()
          .print(
              Facts.of("id", notification.id())
                  .and("app", notification.app())
                  .andJson("payload", new String(notification.payload(), UTF_8)));
    } else {
      spec.commandLine().getOut().println(PhoneScreen.of(notification));
      spec.commandLine().getOut().println("  id " + notification.id());
    }
  }

  private Output output() {
    return Output.of(spec, json);
  }

  private static void onChange(
      ConnectionChange change,
      ConnectionReport report,
      ProgressPrinter progressPrinter,
      CompletableFuture<Integer> result) {
    switch (change) {
      case ConnectionChange.Connected() -> report.connected();
      case ConnectionChange.Lost(var reason, var retryIn) -> report.lost(reason);
      case ConnectionChange.Ended(var reason) -> {
        // Print first: the process may end as soon as there is a result.
        if (!result.isDone()) {
          progressPrinter.step("disconnected for good: " + reason);
          if (NO_TOKEN.contains(reason)) {
            progressPrinter.step("the service asks for a token (expected: --password-file FILE)");
          }
        }
        result.complete(ExitCode.SOFTWARE);
      }
    }
  }
}
