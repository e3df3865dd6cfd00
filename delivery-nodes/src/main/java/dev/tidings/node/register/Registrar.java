package dev.tidings.node.register;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What devices ask of the service beside their notifications: tokens, topics, and steps of traces.
 * Thread-safe; never blocks.
 */
public interface Registrar {
  /**
   * What a registration says of its device, as topics of reserved names.
   *
   * @param user in place of all others that the device has of the app; empty: those stay
   * @param nobody whether it has no user any more, and none in its place
   * @param given tags that it has from now on
   * @param taken tags that it has not any more
   */
  record Attributes(
      Optional<BroadcastTopic> user,
      boolean nobody,
      Set<BroadcastTopic> given,
      Set<BroadcastTopic> taken) {
    public static final Attributes NONE =
        new Attributes(Optional.empty(), false, Set.of(), Set.of());

    public Attributes {
      given = Set.copyOf(given);
      taken = Set.copyOf(taken);
    }

    /** Returns a hash by which others are told apart, also those of which the names are chosen. */
    int digest() {
      String all =
          (nobody ? "\n" : "")
              + Stream.of(user.stream(), given.stream(), taken.stream())
                  .map(part -> part.map(BroadcastTopic::toString).sorted())
                  .map(part -> part.collect(Collectors.joining(" ")))
                  .collect(Collectors.joining("\n"));
      try {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(all.getBytes(UTF_8));
        return ByteBuffer.wrap(hash).getInt();
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError("every Java platform has it", e);
      }
    }
  }

  /** Returns the tags that devices may give themselves. */
  Set<BroadcastTopic> ownTags();

  /**
   * Returns the device's token for the app, the same at every call until it is revoked. Completes,
   * on any thread, when the log has the registration, and not before: while the log is unavailable,
   * it waits.
   */
  CompletionStage<Token> register(
      DeviceId device,
      AppId app,
      Optional<String> locale,
      Optional<String> timeZone,
      Attributes attributes);

  /**
   * Revokes the device's token for the app. Completes, on any thread, when the log has the
   * revocation.
   */
  CompletionStage<Token> unregister(DeviceId device, AppId app);

  /**
   * As {@link #unregister}, because an operator asks for it: not limited as the device's own
   * requests are.
   */
  CompletionStage<Token> revoke(DeviceId device, AppId app);

  /**
   * Joins a topic of an app for which the device is registered. Completes, on any thread, with its
   * token when the log has it.
   */
  CompletionStage<Token> join(DeviceId device, AppId app, BroadcastTopic topic);

  /** Leaves a topic. Completes, on any thread, when the log has it. */
  CompletionStage<Token> leave(DeviceId device, AppId app, BroadcastTopic topic);

  /**
   * Adds to the trace of a notification what the device tells of it. Completes, on any thread, when
   * the log has it, whether or not there is such a notification; with an {@link
   * dev.tidings.schemas.value.InvalidValueException} if the device has no such app, and with a
   * {@link RefusedException} if it tells too much.
   *
   * @param app of the notification; empty for the only one that the device has registered
   * @param own the apps that the device may receive
   */
  CompletionStage<@Nullable Void> report(
      DeviceId device,
      Optional<AppId> app,
      Predicate<String> own,
      NotificationId id,
      StepName step);
}
