package dev.tidings.infra.device;

import dev.tidings.infra.ledger.Ledger;
import dev.tidings.infra.ledger.Recipient;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One app of a simulated device, which wants a token, and now and then another one. It asks again
 * until it is answered. Its state belongs to the device's event loop; its token may be read by any
 * thread.
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

  /** Its first token. */
  CompletableFuture<String> first() {
    return first;
  }

  /** The token it was given last; it may have given it back since. */
  Optional<String> token() {
    return Optional.ofNullable(token);
  }

  /** Gives its token back and wants another one, unless it has none. Returns whether it has. */
  boolean renew() {
    if (state != State.REGISTERED) {
      return false;
    }
    ledger.unregistering(recipient);
    state = State.UNREGISTERING;
    return true;
  }

  /** The topic of what it has to ask for now. */
  Optional<String> request() {
    return switch (state) {
      case REGISTERING -> Optional.of(REGISTER);
      case UNREGISTERING -> Optional.of(UNREGISTER);
      case REGISTERED -> Optional.empty();
    };
  }

  /**
   * Takes an answer that is no error. Returns whether there is something new to be asked for.
   *
   * @param answer the token, if there is one in it
   */
  boolean answered(String topic, String answer) {
    // Others answer a request that was repeated since.
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
