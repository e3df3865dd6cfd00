package dev.tidings.infra.device;

import dev.tidings.infra.ledger.Ledger;
import dev.tidings.infra.ledger.Recipient;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One app of a simulated device, which requests a token, and sometimes another one. It repeats a
 * request until there is a response. Its state belongs to the device's event loop; its token may be
 * read by any thread.
 */
final class AppOnDevice {
  private static final String REGISTER = "$tidings/register";
  private static final String REGISTERED = "$tidings/registered";
  private static final String UNREGISTER = "$tidings/unregister";
  private static final String UNREGISTERED = "$tidings/unregistered";

  private enum State {
    REGISTERING,
    REGISTERED,
    UNREGISTERING
  }

  private final Recipient recipient;
  private final String name;
  private final Ledger ledger;
  private final CompletableFuture<String> first = new CompletableFuture<>();
  private State state = State.REGISTERING;
  private volatile @Nullable String token;

  AppOnDevice(Recipient recipient, String name, Ledger ledger) {
    this.recipient = recipient;
    this.name = name;
    this.ledger = ledger;
  }

  Recipient recipient() {
    return recipient;
  }

  String name() {
    return name;
  }

  /** Returns a future of its first token. */
  CompletableFuture<String> first() {
    return first;
  }

  /** Returns the last token it received, which it may have returned since. */
  Optional<String> token() {
    return Optional.ofNullable(token);
  }

  /** Returns its token and requests another one, unless it has none. Returns whether it had one. */
  boolean renew() {
    if (state != State.REGISTERED) {
      return false;
    }
    ledger.unregistering(recipient);
    state = State.UNREGISTERING;
    return true;
  }

  /** Returns the topic of the request it has to send now. */
  Optional<String> request() {
    return switch (state) {
      case REGISTERING -> Optional.of(REGISTER);
      case UNREGISTERING -> Optional.of(UNREGISTER);
      case REGISTERED -> Optional.empty();
    };
  }

  /**
   * Processes a response that is not an error. Returns whether there is a new request to send.
   *
   * @param answer the token, if the response contains one
   */
  boolean answered(String topic, String answer) {
    // Other responses are to requests that were repeated since.
    if (state == State.REGISTERING && topic.equals(REGISTERED)) {
      ledger.registered(recipient, answer);
      token = answer;
      state = State.REGISTERED;
      first.complete(answer);
    } else if (state == State.UNREGISTERING && topic.equals(UNREGISTERED)) {
      ledger.unregistered(recipient);
      state = State.REGISTERING;
      return true;
    }
    return false;
  }
}
