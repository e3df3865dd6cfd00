package dev.tidings.ingest.apns.channel;

import dev.tidings.http.Exchange;
import dev.tidings.http.Response;
import dev.tidings.http.body.BodyListener;
import dev.tidings.ingest.apns.request.RejectedException;
import dev.tidings.ingest.apns.request.RejectionReason;
import dev.tidings.ingest.channel.ChannelResult;
import dev.tidings.ingest.channel.Channels;
import dev.tidings.ingest.channel.Channels.Found;
import dev.tidings.schemas.topic.ChannelKey;
import dev.tidings.schemas.value.NotificationId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request about channels, from its body to its response. A channel that is not known here may
 * have been created elsewhere a moment ago: the end of the log is waited for before it is said that
 * there is none.
 */
final class ChannelExchange implements BodyListener {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

  private final ChannelService.Parts parts;
  private final ChannelRequest request;
  private final NotificationId id;
  private final @Nullable String team;
  private final ChannelAnswers answers;
  private final Exchange exchange;
  private final AtomicBoolean finished = new AtomicBoolean();

  /**
   * @param id of the request
   * @param team on whose behalf it is made; null if nobody has to prove that
   */
  ChannelExchange(
      ChannelService.Parts parts,
      ChannelRequest request,
      NotificationId id,
      @Nullable String team,
      ChannelAnswers answers,
      Exchange exchange) {
    this.parts = parts;
    this.request = request;
    this.id = id;
    this.team = team;
    this.answers = answers;
    this.exchange = exchange;
  }

  @Override
  public void complete(byte[] body) {
    answer(body);
  }

  @Override
  public void tooLarge() {
    answer(null);
  }

  @Override
  public void noRoom() {
    refuse(RejectionReason.TOO_MANY_REQUESTS);
  }

  @Override
  public void aborted() {
    // The connection is closed; there is no response to send.
  }

  @Override
  public void timedOut(boolean bodyMissing) {
    // What is still being written is not known to have failed.
    refuse(bodyMissing ? RejectionReason.IDLE_TIMEOUT : RejectionReason.SERVICE_UNAVAILABLE);
  }

  /**
   * Answers the request.
   *
   * @param body null if it was too large
   */
  private void answer(byte @Nullable [] body) {
    switch (request) {
      case ChannelRequest.Create create -> create(create, body);
      case ChannelRequest.List list -> list(list);
      case ChannelRequest.Read read -> with(read, found -> respond(answers.read(found.stores())));
      case ChannelRequest.Delete delete ->
          with(delete, found -> delete(delete.channel(), found.stores()));
      case ChannelRequest.Broadcast broadcast ->
          with(
              broadcast,
              found ->
                  ChannelSending.send(
                      parts, broadcast, found.stores(), id, team, body, this::refuse, this::tell));
    }
  }

  /** What it keeps goes first: once the channel is gone, nobody could ask for that again. */
  private void delete(ChannelKey channel, boolean stores) {
    Runnable delete =
        () -> parts.channels().delete(channel, result -> answer(result, answers.deleted()));
    if (stores) {
      ChannelSending.forget(parts, channel, this::refuse, delete);
    } else {
      delete.run();
    }
  }

  private void list(ChannelRequest.List list) {
    long early = parts.channels().tryList(list.app(), team);
    if (early > 0) {
      tooFast(Math.ceilDiv(early, SECOND_NANOS));
    } else {
      whenKnown(() -> respond(answers.all(channels().ids(list.app().value()))));
    }
  }

  /** Gives the answer to a broadcast. */
  private void tell(ChannelSending.Sent sent) {
    switch (sent) {
      case ChannelSending.Sent.Accepted _ -> respond(answers.sent(id));
      case ChannelSending.Sent.Later(long seconds) -> tooFast(seconds);
    }
  }

  private void create(ChannelRequest.Create create, byte @Nullable [] body) {
    if (body == null) {
      refuse(RejectionReason.PAYLOAD_TOO_LARGE);
      return;
    }
    try {
      boolean stores = ChannelDefinition.stores(body, parts.payloads());
      parts
          .channels()
          .create(
              create.app(), stores, team, (made, result) -> answer(result, answers.created(made)));
    } catch (RejectedException e) {
      refuse(e.reason());
    }
  }

  private void answer(ChannelResult result, Response done) {
    switch (result) {
      case ChannelResult.Done _ -> respond(done);
      case ChannelResult.TooMany _ -> refuse(RejectionReason.CANNOT_CREATE_CHANNEL_CONFIG);
      case ChannelResult.TooFast(long waitNanos) -> tooFast(Math.ceilDiv(waitNanos, SECOND_NANOS));
      case ChannelResult.Busy _ -> refuse(RejectionReason.TOO_MANY_REQUESTS);
      case ChannelResult.Unready _, ChannelResult.NotWritten _ ->
          refuse(RejectionReason.SERVICE_UNAVAILABLE);
      case ChannelResult.Failed _ -> refuse(RejectionReason.INTERNAL_SERVER_ERROR);
    }
  }

  /** Goes on with a channel, once it is known whether there is one. */
  private void with(ChannelRequest.OfOne about, Consumer<Found> then) {
    Optional<Found> known = find(about);
    if (known.isPresent()) {
      then.accept(known.get());
      return;
    }
    whenKnown(() ->
        find(about).ifPresentOrElse(then, () -> refuse(RejectionReason.CHANNEL_NOT_REGISTERED)));
  }

  private Optional<Found> find(ChannelRequest.OfOne about) {
    return channels().isKnown() ? channels().find(about.channel()) : Optional.empty();
  }

  private void whenKnown(Runnable then) {
    Optional<CompletionStage<Void>> end = channels().catchUp();
    if (end.isEmpty()) {
      refuse(RejectionReason.SERVICE_UNAVAILABLE);
      return;
    }
    var _ =
        end.get()
            .toCompletableFuture()
            .copy()
            .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete((_, failure) -> {
              if (failure == null && channels().isKnown()) {
                then.run();
              } else {
                refuse(RejectionReason.SERVICE_UNAVAILABLE);
              }
            });
  }

  private Channels channels() {
    return parts.channels().log();
  }

  private void tooFast(long seconds) {
    if (finished.compareAndSet(false, true)) {
      parts.meters().count(RejectionReason.TOO_MANY_REQUESTS);
      exchange.respond(answers.tooFast(seconds));
    }
  }

  private void refuse(RejectionReason reason) {
    if (finished.compareAndSet(false, true)) {
      parts.meters().count(reason);
      exchange.respond(answers.refused(reason));
    }
  }

  /** Sends the first response; later ones are ignored. */
  private void respond(Response response) {
    if (finished.compareAndSet(false, true)) {
      exchange.respond(response);
    }
  }
}
