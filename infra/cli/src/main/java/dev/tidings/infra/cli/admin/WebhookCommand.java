package dev.tidings.infra.cli.admin;

import dev.tidings.control.Administration;
import dev.tidings.control.ControlKind;
import dev.tidings.control.decide.NewWebhookSecret;
import dev.tidings.control.decide.Webhooks;
import dev.tidings.infra.cli.admin.options.AdminOptions;
import dev.tidings.infra.cli.admin.options.Arguments;
import dev.tidings.infra.cli.admin.options.Removal;
import dev.tidings.infra.cli.options.Times;
import dev.tidings.infra.cli.output.Facts;
import dev.tidings.infra.cli.output.Table;
import dev.tidings.schemas.avro.Webhook;
import dev.tidings.schemas.value.AppId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Where receipts are sent. */
@Command(
    name = "webhook",
    description = {
      "Where an ingest-api with webhooks=true sends the receipts of an app, signed as Standard"
          + " Webhooks.",
      "One that fails for too long is switched off; list says since when and why."
    },
    synopsisSubcommandLabel = "create|list|rotate|enable|disable|delete",
    footer = {"", "For example:", "  tidings admin webhook list"})
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class WebhookCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "say what to do with webhooks: create, list, rotate, enable, disable or delete");
  }

  /** Which webhook is meant. */
  // picocli sets the field.
  @SuppressWarnings("NullAway.Init")
  static final class Id {
    @Parameters(
        paramLabel = "ID",
        converter = Arguments.Id.class,
        description = "The webhook's id.")
    private String value;
  }

  @Command(
      name = "create",
      description = {
        "Sends the receipts of an app to a URL, from now on. The secret that they are signed with"
            + " is printed once, alone on the standard output. The id is no secret."
      },
      footer = {
        "",
        "For example:",
        "  tidings admin webhook create --app com.example.news --url https://example.com/receipts"
      })
  void create(
      @Mixin AdminOptions options,
      @Option(
              names = "--app",
              paramLabel = "BUNDLE_ID",
              required = true,
              converter = Arguments.BundleId.class,
              description = "The app.")
          AppId app,
      @Option(
              names = "--url",
              paramLabel = "URL",
              required = true,
              converter = Arguments.WebhookUrl.class,
              description =
                  "https, at public addresses, or on a host in webhooks.hosts of ingest-api.")
          String url,
      @Option(
              names = "--max-events",
              paramLabel = "N",
              defaultValue = "" + Webhooks.EVENTS,
              converter = Arguments.Events.class,
              description = "How many events a request has at most (default: ${DEFAULT-VALUE}).")
          int maxEvents)
      throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      print(options, admin, Webhooks.create(admin.entries(), app, url, maxEvents, Instant.now()));
    }
  }

  private void print(AdminOptions options, Administration admin, NewWebhookSecret made)
      throws InterruptedException {
    admin.write(made.change());
    SecretPrinter.print(spec, options.output(spec), made.change().name(), made.secret().reveal());
  }

  @Command(
      name = "list",
      description = "Lists the webhooks.",
      footer = {"", "For example:", "  tidings admin webhook list --json"})
  void list(@Mixin AdminOptions options) throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      Table table = new Table("id", "created", "app", "url", "off");
      admin
          .entries()
          .entries(ControlKind.WEBHOOK)
          .forEach((id, webhook) ->
              table.row(
                  id,
                  Table.time(webhook.getCreated()),
                  webhook.getApp(),
                  webhook.getUrl(),
                  off(webhook)));
      options.output(spec).print(table);
      admin.tellUnreadable(spec.commandLine().getErr());
    }
  }

  private static String off(Webhook webhook) {
    Instant since = webhook.getDisabledSince();
    return since == null
        ? ""
        : "since "
            + Table.time(since)
            + ": "
            + Objects.requireNonNullElse(webhook.getDisabledWhy(), "");
  }

  @Command(
      name = "rotate",
      description =
          "Gives a webhook another secret, which is printed once, alone on the standard output.",
      footer = {"", "For example:", "  tidings admin webhook rotate KEY4567890 --overlap 2h"})
  void rotate(
      @Mixin AdminOptions options,
      @Mixin Id id,
      @Option(
              names = "--overlap",
              paramLabel = "DURATION",
              required = true,
              converter = Times.class,
              description = "How long requests are signed with the old secret too: 0s, 2h, 7d.")
          Duration overlap)
      throws IOException, InterruptedException {
    if (overlap.isNegative() || overlap.compareTo(Webhooks.LONGEST_OVERLAP) > 0) {
      throw new ParameterException(
          spec.commandLine(),
          "--overlap: %s (expected: at most %d days)"
              .formatted(overlap, Webhooks.LONGEST_OVERLAP.toDays()));
    }
    try (Administration admin = options.open()) {
      print(options, admin, Webhooks.rotate(admin.entries(), id.value, overlap, Instant.now()));
    }
  }

  @Command(
      name = "enable",
      description = "Lets a webhook go on where it was.",
      footer = {"", "For example:", "  tidings admin webhook enable KEY4567890"})
  void enable(@Mixin AdminOptions options, @Mixin Id id) throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      admin.write(Webhooks.enable(admin.entries(), id.value));
      options.output(spec).print(Facts.of("enabled", id.value));
    }
  }

  @Command(
      name = "disable",
      description = "Sends nothing to a webhook until it is enabled.",
      footer = {"", "For example:", "  tidings admin webhook disable KEY4567890"})
  void disable(@Mixin AdminOptions options, @Mixin Id id) throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      admin.write(
          Webhooks.disable(
              admin.entries(), id.value, "switched off by an administrator", Instant.now()));
      options.output(spec).print(Facts.of("disabled", id.value));
    }
  }

  @Command(
      name = "delete",
      description = "Deletes a webhook.",
      footer = {"", "For example:", "  tidings admin webhook delete KEY4567890"})
  void delete(@Mixin Removal removal, @Mixin Id id) throws IOException, InterruptedException {
    removal.write(entries -> Webhooks.delete(entries, id.value), spec);
    removal.output(spec).print(Facts.of("deleted", id.value));
  }
}
