package dev.tidings.device;

import dev.tidings.device.receive.IdStore;
import dev.tidings.device.register.Hints;
import dev.tidings.device.token.TokenSupplier;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The configuration of a {@link DeviceClient}. Made by a {@link Builder}, so that a later version
 * can have more options without breaking callers. Immutable.
 */
public final class DeviceOptions {
  private static final int MAX_UNSIGNED_SHORT = 65_535;
  private static final long MAX_UNSIGNED_INT = 4_294_967_295L;

  private final List<ServerAddress> servers;
  private final boolean redirects;
  private final Optional<Tls> tls;
  private final String serial;
  private final List<String> apps;
  private final Hints hints;
  private final Optional<String> password;
  private final Optional<TokenSupplier> tokens;
  private final int receiveMaximum;
  private final int rememberedIds;
  private final IdStore ids;
  private final Duration keepAlive;
  private final Duration sessionExpiry;
  private final Duration answerTimeout;
  private final Backoff backoff;

  private DeviceOptions(Builder builder) {
    servers = builder.servers;
    redirects = builder.redirects;
    tls = builder.tls;
    serial = builder.serial;
    apps = builder.apps;
    hints = new Hints(builder.locale, builder.timeZone);
    password = builder.password;
    tokens = builder.tokens;
    receiveMaximum = builder.receiveMaximum;
    rememberedIds = builder.rememberedIds;
    ids = builder.ids;
    keepAlive = builder.keepAlive;
    sessionExpiry = builder.sessionExpiry;
    answerTimeout = builder.answerTimeout;
    backoff = builder.backoff;
  }

  /**
   * Options with defaults for everything else: plain text, redirects followed, no apps.
   *
   * @param host name or address of any node
   * @param port its MQTT port
   * @param serial the device's serial number, which is its MQTT client id
   */
  public static Builder builder(String host, int port, String serial) {
    return new Builder(new ServerAddress(host, port), serial);
  }

  /** The same as {@link #builder} without any change. */
  public static DeviceOptions of(String host, int port, String serial) {
    return builder(host, port, serial).build();
  }

  List<ServerAddress> servers() {
    return servers;
  }

  boolean redirects() {
    return redirects;
  }

  Optional<Tls> tls() {
    return tls;
  }

  String serial() {
    return serial;
  }

  List<String> apps() {
    return apps;
  }

  Hints hints() {
    return hints;
  }

  Optional<String> password() {
    return password;
  }

  Optional<TokenSupplier> tokens() {
    return tokens;
  }

  int receiveMaximum() {
    return receiveMaximum;
  }

  int rememberedIds() {
    return rememberedIds;
  }

  IdStore ids() {
    return ids;
  }

  Duration keepAlive() {
    return keepAlive;
  }

  Duration sessionExpiry() {
    return sessionExpiry;
  }

  Duration answerTimeout() {
    return answerTimeout;
  }

  Backoff backoff() {
    return backoff;
  }

  /** Without the password or a token. */
  @Override
  public String toString() {
    return "DeviceOptions[" + serial + " at " + servers + ", apps " + apps + "]";
  }

  /**
   * Collects options. A value that is not allowed is refused with an {@link
   * IllegalArgumentException} by the method that sets it. Not thread-safe.
   */
  public static final class Builder {
    private final String serial;
    private List<ServerAddress> servers;
    private boolean redirects = true;
    private Optional<Tls> tls = Optional.empty();
    private List<String> apps = List.of();
    private Optional<Locale> locale = Optional.empty();
    private Optional<ZoneId> timeZone = Optional.empty();
    private Optional<String> password = Optional.empty();
    private Optional<TokenSupplier> tokens = Optional.empty();
    private int receiveMaximum = 64;
    private int rememberedIds = 10_000;
    private IdStore ids = IdStore.NONE;
    private Duration keepAlive = Duration.ofSeconds(60);
    private Duration sessionExpiry = Duration.ofHours(1);
    private Duration answerTimeout = Duration.ofSeconds(30);
    private Backoff backoff = Backoff.DEFAULT;

    private Builder(ServerAddress server, String serial) {
      if (serial.isEmpty()) {
        throw new IllegalArgumentException("serial: (expected: a serial number)");
      }
      this.servers = List.of(server);
      this.serial = serial;
    }

    /** Several nodes, at least one; after a failure the next one is tried. */
    public Builder servers(List<ServerAddress> addresses) {
      if (addresses.isEmpty()) {
        throw new IllegalArgumentException("servers: none (expected: at least one address)");
      }
      servers = List.copyOf(addresses);
      return this;
    }

    /**
     * Whether a node that does not serve this device may redirect it (default: true). Otherwise the
     * node relays the connection.
     */
    public Builder redirects(boolean followed) {
      redirects = followed;
      return this;
    }

    /** TLS with the certificates that the JVM trusts; the server's name is checked. */
    public Builder tls() {
      tls = Optional.of(new Tls(Optional.empty()));
      return this;
    }

    /**
     * TLS with these certificates only; the server's name is checked.
     *
     * @param ca a PEM file, which {@link DeviceClient} reads
     */
    public Builder tls(Path ca) {
      tls = Optional.of(new Tls(Optional.of(ca)));
      return this;
    }

    /** The apps to register for as part of connecting (default: none). */
    public Builder apps(String... some) {
      return apps(List.of(some));
    }

    /** The apps to register for as part of connecting (default: none). */
    public Builder apps(List<String> some) {
      apps = List.copyOf(some);
      return this;
    }

    /** The language of notifications, told with each registration (default: none). */
    public Builder locale(Locale language) {
      locale = Optional.of(language);
      return this;
    }

    /** The time zone of the device's clock, told with each registration (default: none). */
    public Builder timeZone(ZoneId zone) {
      timeZone = Optional.of(zone);
      return this;
    }

    /**
     * The device's JWT, if the service requires one (default: none). When it has expired the client
     * ends: see {@link #tokens}, which this replaces.
     */
    public Builder password(String jwt) {
      password = Optional.of(jwt);
      tokens = Optional.empty();
      return this;
    }

    /**
     * Where the device's JWTs come from, if the service requires them (default: none); instead of a
     * {@link #password}. Asked for each connection, before the token of an open connection expires,
     * and when one is refused: no refusal of a token is final then.
     */
    public Builder tokens(TokenSupplier supplier) {
      tokens = Optional.of(supplier);
      password = Optional.empty();
      return this;
    }

    /** How many notifications may be unconfirmed at once (default: 64). */
    public Builder receiveMaximum(int unconfirmed) {
      receiveMaximum = (int) within("receive maximum", unconfirmed, 1, MAX_UNSIGNED_SHORT);
      return this;
    }

    /** How many notification ids are remembered to recognise repetitions (default: 10,000). */
    public Builder rememberedIds(int ids) {
      rememberedIds = (int) within("remembered ids", ids, 1, Integer.MAX_VALUE);
      return this;
    }

    /** Where these ids outlive the app (default: nowhere). */
    public Builder rememberedIn(IdStore store) {
      ids = store;
      return this;
    }

    /** After how much silence each side looks for the other (default: 60 s; 0: never). */
    // Android 8 has no toSeconds.
    @SuppressWarnings("JavaDurationGetSecondsToToSeconds")
    public Builder keepAlive(Duration silence) {
      within("keep alive in seconds", silence.getSeconds(), 0, MAX_UNSIGNED_SHORT);
      keepAlive = silence;
      return this;
    }

    /** How long subscriptions outlive a connection (default: 1 h); notifications always do. */
    // Android 8 has no toSeconds.
    @SuppressWarnings("JavaDurationGetSecondsToToSeconds")
    public Builder sessionExpiry(Duration away) {
      within("session expiry in seconds", away.getSeconds(), 0, MAX_UNSIGNED_INT);
      sessionExpiry = away;
      return this;
    }

    /** How long a registration may take (default: 30 s). */
    public Builder answerTimeout(Duration patience) {
      if (patience.isNegative() || patience.isZero()) {
        throw new IllegalArgumentException("answer timeout: " + patience + " (expected: > 0)");
      }
      answerTimeout = patience;
      return this;
    }

    /** The delays between attempts to connect (default: {@link Backoff#DEFAULT}). */
    public Builder backoff(Backoff delays) {
      backoff = delays;
      return this;
    }

    /** The options as set so far. The builder may be used further. */
    public DeviceOptions build() {
      return new DeviceOptions(this);
    }

    private static long within(String name, long value, long least, long most) {
      if (value < least || value > most) {
        throw new IllegalArgumentException(
            name + ": " + value + " (expected: " + least + ".." + most + ")");
      }
      return value;
    }
  }
}
