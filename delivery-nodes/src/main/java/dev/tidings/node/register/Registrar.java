package dev.tidings.node.register;

import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Token;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Issues and revokes tokens. Thread-safe; never blocks. */
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
}
