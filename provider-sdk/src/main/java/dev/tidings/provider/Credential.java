package dev.tidings.provider;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.interfaces.ECPrivateKey;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The credential of a provider: the value of {@code authorization} in each of its requests.
 * Thread-safe. Its text names the kind and shows nothing secret.
 */
public final class Credential {
  private static final String SCHEME = "Bearer ";

  private final String kind;
  private final Supplier<String> authorization;
  private final boolean alsoWithoutTls;

  private Credential(String kind, Supplier<String> authorization) {
    this(kind, authorization, false);
  }

  private Credential(String kind, Supplier<String> authorization, boolean alsoWithoutTls) {
    this.kind = kind;
    this.authorization = authorization;
    this.alsoWithoutTls = alsoWithoutTls;
  }

  /**
   * Whatever the supplier says.
   *
   * @param authorization returns the whole value, with its scheme; called for each request, maybe
   *     by several threads
   */
  public static Credential of(Supplier<String> authorization) {
    return new Credential("supplied", authorization);
  }

  /**
   * An API key. Good for the service's own interface: traces, and {@link NotificationRequest}s.
   * Apple's protocol requires a {@link #providerKey}.
   *
   * @throws IllegalArgumentException if it cannot be one; the message does not repeat it
   */
  public static Credential apiKey(String key) {
    if (key.isEmpty() || !key.chars().allMatch(c -> c > ' ' && c <= '~')) {
      throw new IllegalArgumentException("the API key (expected: one word of printable ASCII)");
    }
    String value = SCHEME + key;
    return new Credential("API key", () -> value);
  }

  /**
   * Provider tokens, signed with the key in a file that has the name Apple gives it, {@code
   * AuthKey_KID.p8}.
   *
   * @param team the key's team
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if the name or the content is of another form
   */
  public static Credential providerKey(Path file, String team) throws IOException {
    return providerKey(file, team, SigningKeyFile.kid(file));
  }

  /**
   * Provider tokens, signed with the key in a file of any name.
   *
   * @param team the key's team
   * @param kid the key's id
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if the team, the id or the content is of another form
   */
  public static Credential providerKey(Path file, String team, String kid) throws IOException {
    return providerKey(SigningKeyFile.read(file), team, kid, InstantSource.system());
  }

  static Credential providerKey(ECPrivateKey key, String team, String kid, InstantSource clock) {
    var tokens = new ProviderTokens(key, team, kid, clock);
    return new Credential(
        "provider key %s of team %s".formatted(kid, team), () -> SCHEME + tokens.current());
  }

  /**
   * Returns the same credential, which may be sent to other machines without TLS as well. Whoever
   * is on the way can read it, and use it for as long as it is good: an hour for a provider token,
   * until it is revoked for an API key.
   */
  public Credential alsoWithoutTls() {
    return new Credential(kind, authorization, true);
  }

  /**
   * Checks that it may be sent there.
   *
   * @throws UnprotectedCredentialException if it would be readable on the way
   */
  void requireProtected(URI url) {
    if (!alsoWithoutTls && !"https".equalsIgnoreCase(url.getScheme()) && !isThisMachine(url)) {
      throw new UnprotectedCredentialException(url);
    }
  }

  /** Names are not looked up: where one leads may change. */
  private static boolean isThisMachine(URI url) {
    @Nullable String host = url.getHost();
    if (host == null) {
      return false;
    }
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Returns the value of {@code authorization} for the next request. */
  String authorization() {
    String value = authorization.get();
    // The HTTP client would refuse it too, and repeat it in the message.
    if (value.isEmpty() || !value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      throw new IllegalStateException(
          "the value of authorization (expected: printable ASCII, and not empty)");
    }
    return value;
  }

  @Override
  public String toString() {
    return "Credential[" + kind + "]";
  }
}
