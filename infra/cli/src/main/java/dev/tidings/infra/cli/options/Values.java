package dev.tidings.infra.cli.options;

import dev.tidings.infra.process.HostPort;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastSpread;
import dev.tidings.schemas.value.Category;
import dev.tidings.schemas.value.CollapseId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.JsonPayload;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Priority;
import dev.tidings.schemas.value.Token;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.LogSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How the arguments of several commands are read. Each refusal says what was expected, before
 * anything is connected to.
 */
public final class Values {
  private Values() {}

  /** A device token, also as printed ones are written. */
  public static final class DeviceToken implements ITypeConverter<Token> {
    @Override
    public Token convert(String value) {
      return read(value, Token::parse);
    }
  }

  /** The id of a notification. */
  public static final class Notification implements ITypeConverter<NotificationId> {
    @Override
    public NotificationId convert(String value) {
      return read(value, NotificationId::parse);
    }
  }

  /** An app's bundle id. */
  public static final class App implements ITypeConverter<AppId> {
    @Override
    public AppId convert(String value) {
      return read(value, AppId::new);
    }
  }

  /** The serial number of a device. */
  public static final class Serial implements ITypeConverter<DeviceId> {
    @Override
    public DeviceId convert(String value) {
      return read(value, DeviceId::new);
    }
  }

  /** What a newer notification replaces an older one by. */
  public static final class Collapse implements ITypeConverter<CollapseId> {
    @Override
    public CollapseId convert(String value) {
      return read(value, CollapseId::new);
    }
  }

  /** What kind of notification it is. */
  public static final class Kind implements ITypeConverter<Category> {
    @Override
    public Category convert(String value) {
      return read(value, Category::new);
    }
  }

  /** How urgent a notification is. */
  public static final class Urgency implements ITypeConverter<Priority> {
    @Override
    public Priority convert(String value) {
      try {
        return Priority.of(Integer.parseInt(value));
      } catch (IllegalArgumentException e) {
        throw refused(value, "10, 5 or 1");
      }
    }
  }

  /** A payload: a JSON object. */
  public static final class Payload implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      if (!new JsonPayload().isObject(value.getBytes(StandardCharsets.UTF_8))) {
        throw refused(new InvalidValueException("payload", value, "a JSON object"));
      }
      return value;
    }
  }

  /** A number that is not negative. */
  public static final class NotNegative implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return number(value, 0, Integer.MAX_VALUE, "a whole number, 0 or more");
    }
  }

  /** A count: 1 or more. */
  public static final class AtLeastOne implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return number(value, 1, Integer.MAX_VALUE, "a whole number, 1 or more");
    }
  }

  /** A time that something is good for, up to ten years. */
  public static final class Period implements ITypeConverter<Duration> {
    private static final Duration MOST = Duration.ofDays(3_650);

    @Override
    public Duration convert(String value) {
      Duration period = Times.duration(value);
      if (period.compareTo(Duration.ofSeconds(1)) < 0 || period.compareTo(MOST) > 0) {
        throw refused(value, "1s to 3650d");
      }
      return period;
    }
  }

  /** A time from now on, up to ten years; none counts. */
  public static final class TimeAhead implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
      return upTo(Period.MOST, value);
    }
  }

  /** A time over which a broadcast is spread. */
  public static final class Spread implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
      return upTo(BroadcastSpread.LONGEST, value);
    }
  }

  private static Duration upTo(Duration most, String value) {
    Duration time = Times.duration(value);
    if (time.compareTo(most) > 0) {
      throw refused(value, "0s to " + most.toDays() + "d");
    }
    return time;
  }

  /** An address: HOST:PORT. */
  public static final class Address implements ITypeConverter<HostPort> {
    @Override
    public HostPort convert(String value) {
      return HostPort.parse(value)
          .filter(at -> at.port() > 0 && at.port() <= PortNumber.HIGHEST)
          .orElseThrow(() -> refused(value, "HOST:PORT"));
    }
  }

  /** Brokers: HOST:PORT, or several with commas. */
  public static final class Brokers implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      for (String broker : value.split(",", -1)) {
        if (HostPort.parse(broker.strip()).isEmpty()) {
          throw refused(value, "HOST:PORT of one or more brokers");
        }
      }
      return value;
    }
  }

  /** What is in front of the names of an installation's topics. */
  public static final class Prefix implements ITypeConverter<TopicNames> {
    @Override
    public TopicNames convert(String value) {
      try {
        return new TopicNames(
            LogSettings.topicPrefix(
                Config.of(LogSettings.ALL, Map.of(LogSettings.TOPIC_PREFIX.name(), value))));
      } catch (ConfigException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** How often a record is kept. */
  public static final class Replicas implements ITypeConverter<Short> {
    @Override
    public Short convert(String value) {
      return (short) number(value, 1, Short.MAX_VALUE, "a whole number, 1 or more");
    }
  }

  /** A file that is there. */
  public static final class ReadableFile implements ITypeConverter<Path> {
    @Override
    public Path convert(String value) {
      try {
        Path file = Path.of(value);
        if (!value.isEmpty() && !Files.isDirectory(file) && Files.isReadable(file)) {
          return file;
        }
      } catch (InvalidPathException e) {
        // Refused below, as one that is not there.
      }
      throw refused(value, "a file that is there and may be read");
    }
  }

  private static <V> V read(String value, Function<String, V> reader) {
    try {
      return reader.apply(value);
    } catch (InvalidValueException e) {
      throw refused(e);
    }
  }

  /** Returns a whole number within bounds; {@code expected} says in words what they are. */
  public static int number(String value, int least, int most, String expected) {
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below, as one that is too small.
    }
    throw refused(value, expected);
  }

  /** A token in it is cut. */
  private static TypeConversionException refused(InvalidValueException invalid) {
    return refused(invalid.value(), invalid.expected());
  }

  /** Returns the refusal of an argument, which says what was expected. */
  public static TypeConversionException refused(String value, String expected) {
    return new TypeConversionException("'" + value + "' (expected: " + expected + ")");
  }
}
