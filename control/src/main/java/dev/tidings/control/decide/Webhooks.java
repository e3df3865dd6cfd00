package dev.tidings.control.decide;

import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKind;
import dev.tidings.control.credential.EntryIds;
import dev.tidings.control.credential.WebhookSecret;
import dev.tidings.control.decide.RefusedDecisionException.Reason;
import dev.tidings.schemas.avro.Webhook;
import dev.tidings.schemas.value.AppId;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/** Decisions about where receipts are sent. */
public final class Webhooks {
  /** How many there may be: the services that send keep a place in the log for each. */
  public static final int MOST = 200;

  /** How many of these a team may have: the others keep some. */
  public static final int MOST_OF_TEAM = 20;

  /** How many events a request may have. */
  public static final int MOST_EVENTS = 1_000;

  /** How many a request has if nobody says anything. */
  public static final int EVENTS = 100;

  /** How long a replaced secret may be used beside the new one. */
  public static final Duration LONGEST_OVERLAP = Duration.ofDays(30);

  private static final int LONGEST_URL = 1_000;
  private static final int LONGEST_WHY = 300;

  /** What a URL has to be. */
  public static final String URL_FORM =
      "a URL of at most "
          + LONGEST_URL
          + " characters, https or http, with a host, without user information or fragment";

  private Webhooks() {}

  /** Enters one. Whether its host may be asked is for the service that sends to say. */
  public static NewWebhookSecret create(
      ControlEntries entries, AppId app, String url, int maxEvents, Instant now) {
    String team = AppEntries.find(entries, app.value()).getTeam();
    Collection<Webhook> there = entries.entries(ControlKind.WEBHOOK).values();
    requireFewer("webhooks", there.size(), MOST);
    long ofTeam = there.stream().filter(each -> each.getTeam().equals(team)).count();
    requireFewer("webhooks of team " + team, ofTeam, MOST_OF_TEAM);
    WebhookSecret secret = WebhookSecret.random();
    Webhook webhook =
        Webhook.newBuilder()
            .setTeam(team)
            .setApp(app.value())
            .setUrl(requireUrl(url))
            .setSecret(secret.key())
            .setMaxEvents(requireEvents(maxEvents))
            .setCreated(now)
            .build();
    String id = EntryIds.random(each -> entries.exists(ControlKind.WEBHOOK, each));
    return new NewWebhookSecret(
        ControlChange.put(ControlKind.WEBHOOK, id, webhook, "webhook create: " + words(webhook)),
        secret);
  }

  /** Sends to another URL, or more or fewer events at once. */
  public static ControlChange<Webhook> change(
      ControlEntries entries, String id, Optional<String> url, Optional<Integer> maxEvents) {
    return replace(
        entries,
        id,
        "change",
        webhook -> {
          url.ifPresent(text -> webhook.setUrl(requireUrl(text)));
          maxEvents.ifPresent(events -> webhook.setMaxEvents(requireEvents(events)));
        });
  }

  /**
   * Gives it another secret.
   *
   * @param overlap how long requests are signed with both
   */
  public static NewWebhookSecret rotate(
      ControlEntries entries, String id, Duration overlap, Instant now) {
    WebhookSecret secret = WebhookSecret.random();
    return new NewWebhookSecret(
        replace(
            entries,
            id,
            "rotate",
            webhook -> {
              boolean both = overlap.isPositive();
              webhook.setPreviousSecret(both ? webhook.getSecret() : null);
              webhook.setPreviousUntil(both ? now.plus(overlap) : null);
              webhook.setSecret(secret.key());
            }),
        secret);
  }

  /** Sends nothing more to it. */
  public static ControlChange<Webhook> disable(
      ControlEntries entries, String id, String why, Instant now) {
    String text = why.substring(0, Math.min(LONGEST_WHY, why.length()));
    return replace(
        entries,
        id,
        "disable, " + text,
        webhook -> {
          webhook.setDisabledSince(now);
          webhook.setDisabledWhy(text);
        });
  }

  /** Goes on where it was. */
  public static ControlChange<Webhook> enable(ControlEntries entries, String id) {
    return replace(
        entries,
        id,
        "enable",
        webhook -> {
          webhook.setDisabledSince(null);
          webhook.setDisabledWhy(null);
        });
  }

  /** Deletes one, also one whose entry cannot be read: it may be read elsewhere. */
  public static ControlChange<Webhook> delete(ControlEntries entries, String id) {
    boolean unreadable = entries.isUnreadable(ControlKind.WEBHOOK, id);
    String words = unreadable ? "unreadable" : words(find(entries, id));
    return ControlChange.remove(ControlKind.WEBHOOK, id, "webhook delete: " + words);
  }

  /** Returns one that has to be there. */
  public static Webhook find(ControlEntries entries, String id) {
    return entries
        .entry(ControlKind.WEBHOOK, id)
        .orElseThrow(RefusedDecisionException.absent("id", id, "the id of a webhook"));
  }

  private static ControlChange<Webhook> replace(
      ControlEntries entries, String id, String what, Consumer<Webhook.Builder> change) {
    Webhook before = find(entries, id);
    Webhook.Builder builder = Webhook.newBuilder(copy(before));
    change.accept(builder);
    Webhook after = builder.build();
    return ControlChange.replace(
        ControlKind.WEBHOOK, id, before, after, "webhook " + what + ": " + words(after));
  }

  /** Copies it without touching the buffers that readers of the entry share. */
  private static Webhook copy(Webhook of) {
    ByteBuffer previous = of.getPreviousSecret();
    return new Webhook(
        of.getTeam(),
        of.getApp(),
        of.getUrl(),
        of.getSecret().duplicate(),
        previous == null ? null : previous.duplicate(),
        of.getPreviousUntil(),
        of.getMaxEvents(),
        of.getCreated(),
        of.getDisabledSince(),
        of.getDisabledWhy());
  }

  private static void requireFewer(String what, long there, int most) {
    if (there >= most) {
      throw new RefusedDecisionException(
          Reason.INVALID, what, there + " already", "fewer than " + most);
    }
  }

  private static int requireEvents(int events) {
    if (events < 1 || events > MOST_EVENTS) {
      throw new RefusedDecisionException(
          Reason.INVALID, "maxEvents", String.valueOf(events), "1.." + MOST_EVENTS);
    }
    return events;
  }

  private static String requireUrl(String text) {
    if (!isUrl(text)) {
      throw new RefusedDecisionException(Reason.INVALID, "url", text, URL_FORM);
    }
    return text;
  }

  /** Returns whether it is a URL that receipts can be sent to. */
  public static boolean isUrl(String text) {
    try {
      URI uri = new URI(text);
      return text.length() <= LONGEST_URL
          && text.equals(uri.toASCIIString())
          && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getPort() != 0
          && uri.getPort() <= 0xffff
          && uri.getUserInfo() == null
          && uri.getFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** Says what it is. Of its URL only the host: what follows may be what proves who asks. */
  private static String words(Webhook webhook) {
    return "team "
        + webhook.getTeam()
        + ", app "
        + webhook.getApp()
        + ", host "
        + URI.create(webhook.getUrl()).getHost();
  }
}
