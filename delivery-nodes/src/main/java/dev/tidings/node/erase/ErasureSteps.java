package dev.tidings.node.erase;

import dev.tidings.schemas.avro.ErasedToken;
import dev.tidings.schemas.avro.Erasure;
import dev.tidings.schemas.value.DeviceId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The steps of an erasure. Each can be done again, after a crash or by another owner of the device.
 * Thread-safe; never blocks.
 */
public interface ErasureSteps {
  /**
   * Returns the tokens that an erasure has to end: those that the device has now.
   *
   * @param behind only of apps behind this one, in the order of their names, in which they come
   * @param most how many, of the first
   */
  CompletionStage<List<ErasedToken>> tokens(
      DeviceId device, Erasure erasure, String behind, int most);

  /** Revokes a token; completes, with it, when the log has it. */
  CompletionStage<ErasedToken> revoke(DeviceId device, ErasedToken token);

  /**
   * Closes the device's connection and removes its kept session, and what it has joined with no
   * token that is its own now; completes, with how many sessions there were, when the log has it.
   *
   * @param apps if not null, only a session that names one of these apps
   */
  CompletionStage<Integer> forgetSession(DeviceId device, @Nullable Set<String> apps);

  /** Ends the notifications of revoked tokens. */
  CompletionStage<Ended> endNotifications(DeviceId device);

  /**
   * What became of notifications.
   *
   * @param count how many were ended
   * @param isLeft whether there are such whose end is not in the log yet
   */
  record Ended(int count, boolean isLeft) {}
}
