package dev.tidings.infra.cli.admin;

import dev.tidings.control.Administration;
import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKind;
import dev.tidings.control.LimitEntries;
import dev.tidings.control.decide.TenantLimits;
import dev.tidings.infra.cli.admin.options.AdminOptions;
import dev.tidings.infra.cli.admin.options.Arguments;
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
      "Each ingest process counts for itself, and only those with auth.providers=keys read this."
    },
    synopsisSubcommandLabel = "set|list|remove")
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class LimitCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do with limits: set, list or remove");
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

  @Command(name = "set", description = "Sets a limit, in place of any that there is.")
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
      spec.commandLine()
          .getOut()
          .println("limit: " + subject.entry() + " " + TenantLimits.text(limit));
    }
  }

  @Command(name = "list", description = "Lists the limits.")
  void list(@Mixin AdminOptions options) throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      Columns columns = new Columns("limit", "per second", "burst seconds");
      admin
          .entries()
          .entries(ControlKind.LIMIT)
          .forEach((name, limit) ->
              columns.row(
                  name,
                  limit.getPerSecond() == 0 ? "no limit" : String.valueOf(limit.getPerSecond()),
                  String.valueOf(limit.getSeconds())));
      columns.print(spec.commandLine().getOut());
      admin.tellUnreadable(spec.commandLine().getErr());
    }
  }

  @Command(name = "remove", description = "Removes a limit: the setting counts again.")
  void remove(
      @Mixin AdminOptions options, @ArgGroup(exclusive = true, multiplicity = "1") Subject subject)
      throws IOException, InterruptedException {
    try (Administration admin = options.open()) {
      admin.write(TenantLimits.remove(admin.entries(), subject.entry()));
      spec.commandLine().getOut().println("removed: " + subject.entry());
    }
  }
}
