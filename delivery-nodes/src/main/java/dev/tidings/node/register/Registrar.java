package dev.tidings.node.register;

import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Token;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Issues and revokes tokens, and joins and leaves topics. Thread-safe; never blocks. */
public interface Registrar {
  /**
   * Returns the device's token for the app, the same at every call until it is revoked. Completes,
   * on any thread, when the log has the registration, and not before: while the log is unavailable,
   * it waits.
   */
  CompletionStage<Token> register(
      DeviceId device, AppId app, Optional<String> locale, Optional<String> timeZone);

  /**
   * Revokes the device's token for the app. Completes, on any thread, when the log has the
   * revocation.
   */
  CompletionStage<Token> unregister(DeviceId device, AppId app);

  /**
   * Joins a topic of an app for which the device is registered. Completes, on any thread, with its
   * token when the log has it.
   */
  CompletionStage<Token> join(DeviceId device, AppId app, BroadcastTopic topic);

  /** Leaves a topic. Completes, on any thread, when the log has it. */
  CompletionStage<Token> leave(DeviceId device, AppId app, BroadcastTopic topic);
}
