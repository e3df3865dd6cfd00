package dev.tidings.infra.cli.admin.options;

import dev.tidings.auth.admin.AdministratorRole;
import dev.tidings.control.LimitEntries;
import dev.tidings.control.credential.EntryIds;
import dev.tidings.control.decide.DeviceIssuers;
import dev.tidings.control.decide.DisplayName;
import dev.tidings.control.decide.Webhooks;
import dev.tidings.infra.cli.options.Values;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.Category;
import dev.tidings.schemas.value.InvalidValueException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;

/** How arguments are read; each refusal says what was expected. */
public final class Arguments {
  private Arguments() {}

  /** The id of a team or a key. */
  public static final class Id implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      if (!EntryIds.isId(value)) {
        throw Values.refused(value, EntryIds.FORM);
      }
      return value;
    }
  }

  /** What an administrator may do. */
  public static final class Role implements ITypeConverter<AdministratorRole> {
    @Override
    public AdministratorRole convert(String value) {
      return AdministratorRole.of(value).orElseThrow(() -> Values.refused(value, "admin or read"));
    }
  }

  /** What shells complete a {@link Role} with. */
  public static final class Roles implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Stream.of(AdministratorRole.values()).map(AdministratorRole::text).iterator();
    }
  }

  /** The {@code iss} of devices' tokens. */
  public static final class Issuer implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      if (!DeviceIssuers.isName(value)) {
        throw Values.refused(value, DeviceIssuers.NAME_FORM);
      }
      return value;
    }
  }

  /** A bundle id. */
  public static final class BundleId implements ITypeConverter<AppId> {
    @Override
    public AppId convert(String value) {
      try {
        return new AppId(value);
      } catch (InvalidValueException e) {
        throw Values.refused(
            value, "1 to 200 ASCII letters, digits, dots, hyphens and underscores");
      }
    }
  }

  /** Where receipts are sent. */
  public static final class WebhookUrl implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      if (!Webhooks.isUrl(value)) {
        throw Values.refused(value, Webhooks.URL_FORM);
      }
      return value;
    }
  }

  /** How many events a webhook's request may have. */
  public static final class Events implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return number(value, 1, Webhooks.MOST_EVENTS);
    }
  }

  /** What the {@code aud} of devices' tokens has to contain. */
  public static final class Audience implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      if (!DeviceIssuers.isAudience(value)) {
        throw Values.refused(value, DeviceIssuers.AUDIENCE_FORM);
      }
      return value;
    }
  }

  /** What people call a team or an administrator. */
  public static final class Name implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      if (!DisplayName.isOne(value)) {
        throw Values.refused(value, DisplayName.FORM);
      }
      return value;
    }
  }

  /** Where a private key is written to: a directory, or the standard output. */
  public static final class KeyPlace implements ITypeConverter<String> {
    public static final String STANDARD_OUTPUT = "-";

    @Override
    public String convert(String value) {
      try {
        Path directory = Path.of(value);
        if (value.equals(STANDARD_OUTPUT)
            || (Files.isDirectory(directory) && Files.isWritable(directory))) {
          return value;
        }
      } catch (InvalidPathException e) {
        // Refused below, as one that is not there.
      }
      throw Values.refused(value, "a directory that is there and may be written to, or -");
    }
  }

  /** Notifications a second. */
  public static final class PerSecond implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return number(value, 0, LimitEntries.MAX_PER_SECOND);
    }
  }

  /** How many seconds' worth may be sent at once. */
  public static final class BurstSeconds implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return number(value, 1, LimitEntries.MAX_SECONDS);
    }
  }

  /** Notifications a day. */
  public static final class PerDay implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return number(value, 1, LimitEntries.MAX_PER_DAY);
    }
  }

  /** A category, or what those without one are called. */
  public static final class CategoryWord implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      try {
        return Category.asked(value);
      } catch (InvalidValueException e) {
        throw Values.refused(value, e.expected());
      }
    }
  }

  /** A time zone. */
  public static final class Zone implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      if (LimitEntries.zone(value).isEmpty()) {
        throw Values.refused(value, LimitEntries.ZONE_FORM);
      }
      return value;
    }
  }

  private static int number(String value, int min, int max) {
    return Values.number(value, min, max, "a whole number, " + min + ".." + max);
  }
}
