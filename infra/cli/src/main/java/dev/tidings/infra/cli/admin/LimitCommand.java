package dev.tidings.infra.cli.admin;

import dev.tidings.control.Administration;
import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKind;
import dev.tidings.control.LimitEntries;
import dev.tidings.control.decide.TenantLimits;
import dev.tidings.infra.cli.admin.options.AdminOptions;
import dev.tidings.infra.cli.admin.options.Arguments;
import dev.tidings.infra.cli.output.Facts;
import dev.tidings.infra.cli.output.Table;
import dev.tidings.schemas.avro.DailyCap;
import dev.tidings.schemas.avro.Limit;
import dev.tidings.schemas.value.AppId;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Limits. */
@Command(
    name = "limit",
    description = {
      "How much may be sent on behalf of a team, or to an app, instead of what the settings"
          + " limit.team and limit.app of ingest-api say.",
      "Each ingest process counts for itself, and only those with auth.providers=keys read this.",
      "And how many notifications of a category each device is sent for an app in a day: cap,"
          + " which streams-processor counts."
    },
    synopsisSubcommandLabel = "set|list|remove|cap|caps|uncap",
    footer = {"", "For example:", "  tidings admin limit list"})
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class LimitCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do with limits: set, list, remove, cap, caps or uncap");
  }

  /** Whose limit it is. */
  static final class Subject {
    @Option(
        names = "--team",
        paramLabel = "ID",
        converter = Arguments.Id.class,
        description = "What is sent on behalf of this team.")
    private @Nullable String team;

    @Option(
        names = "--app",
        paramLabel = "BUNDLE_ID",
        converter = Arguments.BundleId.class,
        description = "What is sent to this app.")
    private @Nullable AppId app;

    private String entry() {
      return team == null ? LimitEntries.APP + app : LimitEntries.TEAM + team;
    }

    private ControlChange<Limit> set(ControlEntries entries, Limit limit) {
      return team == null && app != null
          ? TenantLimits.setForApp(entries, app, limit)
          : TenantLimits.setForTeam(entries, String.valueOf(team), limit);
    }
  }

  @Command(
      name = "set",
      description = "Sets a limit, in place of any that there is.",
      footer = {
        "",
        "For example:",
        "  tidings admin limit set --team TEAM567890 --per-second 500 --burst-seconds 5"
      })
  void set(
      @Mixin AdminOptions options,
      @ArgGroup(exclusive = true, multiplicity = "1") Subject subject,
      @Option(
              names = "--per-second",
              paramLabel = "N",
              required = true,
              converter = Arguments.PerSecond.class,
              description = "How many a second; 0: no limit, whatever the setting says.")
          int perSecond,
      @Option(
              names = "--burst-seconds",
              paramLabel = "S",
              defaultValue = "1",
              converter = Arguments.BurstSeconds.class,
              description =
                  "What so many seconds yield may come at once, after as long a pause (default:"
                      + " ${DEFAULT-VALUE}).")
          int seconds)
      throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      Limit limit = new Limit(perSecond, seconds);
      admin.write(subject.set(admin.entries(), limit));
      options
          .output(spec)
          .print(
              "limit: " + subject.entry() + " " + TenantLimits.text(limit),
              Facts.of("limit", subject.entry())
                  .and("perSecond", perSecond)
                  .and("burstSeconds", seconds));
    }
  }

  @Command(
      name = "list",
      description = "Lists the limits.",
      footer = {"", "For example:", "  tidings admin limit list --json"})
  void list(@Mixin AdminOptions options) throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      Table table = new Table("limit", "per second", "burst seconds");
      admin
          .entries()
          .entries(ControlKind.LIMIT)
          .forEach((name, limit) ->
              table.row(
                  name,
                  limit.getPerSecond() == 0 ? "no limit" : String.valueOf(limit.getPerSecond()),
                  String.valueOf(limit.getSeconds())));
      options.output(spec).print(table);
      admin.tellUnreadable(spec.commandLine().getErr());
    }
  }

  @Command(
      name = "remove",
      description = "Removes a limit: the setting counts again.",
      footer = {"", "For example:", "  tidings admin limit remove --app com.example.news"})
  void remove(
      @Mixin AdminOptions options, @ArgGroup(exclusive = true, multiplicity = "1") Subject subject)
      throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      admin.write(TenantLimits.remove(admin.entries(), subject.entry()));
      options.output(spec).print(Facts.of("removed", subject.entry()));
    }
  }

  /** Which daily cap it is. */
  static final class Capped {
    @Option(
        names = "--app",
        paramLabel = "BUNDLE_ID",
        required = true,
        converter = Arguments.BundleId.class,
        description = "What is sent for this app.")
    private AppId app;

    @Option(
        names = "--category",
        paramLabel = "WORD",
        required = true,
        converter = Arguments.CategoryWord.class,
        description = "Of this category; none: what has no category.")
    private String category;

    private String entry() {
      return LimitEntries.ofCap(app, category);
    }
  }

  @Command(
      name = "cap",
      description = {
        "Sets how many notifications of a category each device is sent for an app in a day, in"
            + " place of any such cap that there is.",
        "What is over gets a receipt: rejected, daily cap."
      },
      footer = {
        "",
        "For example:",
        "  tidings admin limit cap --app com.example.news --category marketing --per-day 2"
      })
  void cap(
      @Mixin AdminOptions options,
      @ArgGroup(exclusive = false, multiplicity = "1") Capped capped,
      @Option(
              names = "--per-day",
              paramLabel = "N",
              required = true,
              converter = Arguments.PerDay.class,
              description = "How many a day.")
          int perDay,
      @Option(
              names = "--time-zone",
              paramLabel = "ZONE",
              defaultValue = "UTC",
              converter = Arguments.Zone.class,
              description =
                  "In which a day begins and ends, such as Asia/Shanghai (default:"
                      + " ${DEFAULT-VALUE}).")
          String timeZone)
      throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      DailyCap cap = new DailyCap(perDay, timeZone);
      admin.write(TenantLimits.setCap(admin.entries(), capped.app, capped.category, cap));
      options
          .output(spec)
          .print(
              "daily cap: " + capped.entry() + " " + TenantLimits.text(cap),
              Facts.of("dailyCap", capped.entry()).and("perDay", perDay).and("timeZone", timeZone));
    }
  }

  @Command(
      name = "caps",
      description = "Lists the daily caps.",
      footer = {"", "For example:", "  tidings admin limit caps --json"})
  void caps(@Mixin AdminOptions options) throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      Table table = new Table("daily cap", "per day", "time zone");
      admin
          .entries()
          .entries(ControlKind.DAILY_CAP)
          .forEach(
              (name, cap) -> table.row(name, String.valueOf(cap.getPerDay()), cap.getTimeZone()));
      options.output(spec).print(table);
      admin.tellUnreadable(spec.commandLine().getErr());
    }
  }

  @Command(
      name = "uncap",
      description = "Removes a daily cap: as many are sent as come.",
      footer = {
        "",
        "For example:",
        "  tidings admin limit uncap --app com.example.news --category marketing"
      })
  void uncap(
      @Mixin AdminOptions options, @ArgGroup(exclusive = false, multiplicity = "1") Capped capped)
      throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      admin.write(TenantLimits.removeCap(admin.entries(), capped.entry()));
      options.output(spec).print(Facts.of("removed", capped.entry()));
    }
  }
}
