package dev.tidings.ingest.receipts;

import dev.tidings.auth.provider.ProviderDecision;
import dev.tidings.auth.provider.ProviderStanding;
import dev.tidings.http.Problem;
import dev.tidings.ingest.provider.RestRefusals;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;

/**
 * A request for a stream of receipts, and who makes it.
 *
 * @param owner who shares places and memory with it: a team, or an address where nobody has to
 *     prove who he is
 * @param address the number of its client's address
 * @param from where it begins; null to begin at a time, or at the end of the log
 * @param sinceMillis that time; null to begin at the end of the log
 * @param standing decides again whether its credential is good; null where there is none
 */
record StreamRequest(
    String app,
    Object owner,
    long address,
    @Nullable Cursor from,
    @Nullable Long sinceMillis,
    @Nullable ProviderStanding standing) {

  /** Returns why it may not go on; null if it may. */
  @Nullable Problem refusal() {
    if (standing == null) {
      return null;
    }
    return switch (standing.decide()) {
      case ProviderDecision.Accepted(var provider) ->
          provider.apps().contains(app) ? null : notAllowed(app);
      case ProviderDecision.Refused refused ->
          Problem.of(RestRefusals.status(refused), refused.detail());
    };
  }

  /**
   * To a request for an app that is not there, or is another team's: both are the same, as they are
   * for what is sent to an app.
   */
  static Problem notAllowed(String app) {
    return Problem.of(
        HttpResponseStatus.FORBIDDEN, "app: " + app + " (expected: one of this credential's)");
  }
}
