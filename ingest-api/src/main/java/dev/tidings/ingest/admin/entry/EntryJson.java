package dev.tidings.ingest.admin.entry;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.control.LimitEntries;
import dev.tidings.control.credential.PublicKeyPem;
import dev.tidings.ingest.admin.request.StoredJson;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.schemas.avro.Administrator;
import dev.tidings.schemas.avro.ApiKey;
import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.avro.DailyCap;
import dev.tidings.schemas.avro.Issuer;
import dev.tidings.schemas.avro.Limit;
import dev.tidings.schemas.avro.ProviderKey;
import dev.tidings.schemas.avro.Team;
import dev.tidings.schemas.avro.Webhook;
import java.io.IOException;

/** Entries as the members of JSON objects; nothing secret, and no hash of it. */
final class EntryJson {
  private EntryJson() {}

  static void team(JsonGenerator out, String id, Team team) throws IOException {
    out.writeStringField("id", id);
    out.writeStringField("name", team.getName());
    JsonAnswer.text(out, "created", team.getCreated());
  }

  static void app(JsonGenerator out, String id, App app) throws IOException {
    out.writeStringField("app", id);
    out.writeStringField("team", app.getTeam());
  }

  static void providerKey(JsonGenerator out, String kid, ProviderKey key) throws IOException {
    out.writeStringField("kid", kid);
    out.writeStringField("team", key.getTeam());
    JsonAnswer.texts(out, "apps", key.getApps());
    JsonAnswer.text(out, "created", key.getCreated());
    JsonAnswer.text(out, "notAfter", key.getNotAfter());
    out.writeStringField("publicKey", PublicKeyPem.of(key.getPublicKey()));
  }

  static void apiKey(JsonGenerator out, String id, ApiKey key) throws IOException {
    out.writeStringField("id", id);
    out.writeStringField("team", key.getTeam());
    JsonAnswer.texts(out, "apps", key.getApps());
    JsonAnswer.text(out, "created", key.getCreated());
    JsonAnswer.text(out, "notAfter", key.getNotAfter());
  }

  /**
   * Writes a limit.
   *
   * @param name of the entry
   */
  static void limit(JsonGenerator out, String name, Limit limit) throws IOException {
    if (name.startsWith(LimitEntries.TEAM)) {
      out.writeStringField("team", name.substring(LimitEntries.TEAM.length()));
    } else if (name.startsWith(LimitEntries.APP)) {
      out.writeStringField("app", name.substring(LimitEntries.APP.length()));
    }
    out.writeNumberField("perSecond", limit.getPerSecond());
    out.writeNumberField("burstSeconds", limit.getSeconds());
  }

  /**
   * Writes a daily cap.
   *
   * @param name of the entry
   */
  static void dailyCap(JsonGenerator out, String name, DailyCap cap) throws IOException {
    int end = name.indexOf('/');
    out.writeStringField("app", name.substring(0, Math.max(0, end)));
    out.writeStringField("category", name.substring(end + 1));
    out.writeNumberField("perDay", cap.getPerDay());
    out.writeStringField("timeZone", cap.getTimeZone());
  }

  static void issuer(JsonGenerator out, String name, Issuer issuer) throws IOException {
    out.writeStringField("issuer", name);
    out.writeStringField("team", issuer.getTeam());
    JsonAnswer.text(out, "keysUrl", issuer.getKeysUrl());
    StoredJson.object(out, "keySet", issuer.getKeySet());
    JsonAnswer.text(out, "audience", issuer.getAudience());
    JsonAnswer.texts(out, "apps", issuer.getApps());
    JsonAnswer.text(out, "created", issuer.getCreated());
  }

  static void webhook(JsonGenerator out, String id, Webhook webhook) throws IOException {
    out.writeStringField("id", id);
    out.writeStringField("team", webhook.getTeam());
    out.writeStringField("app", webhook.getApp());
    out.writeStringField("url", webhook.getUrl());
    out.writeNumberField("maxEvents", webhook.getMaxEvents());
    JsonAnswer.text(out, "created", webhook.getCreated());
    JsonAnswer.text(out, "previousUntil", webhook.getPreviousUntil());
    out.writeBooleanField("enabled", webhook.getDisabledSince() == null);
    JsonAnswer.text(out, "disabledSince", webhook.getDisabledSince());
    JsonAnswer.text(out, "disabledWhy", webhook.getDisabledWhy());
  }

  static void administrator(JsonGenerator out, String id, Administrator administrator)
      throws IOException {
    out.writeStringField("id", id);
    out.writeStringField("name", administrator.getName());
    out.writeStringField("role", administrator.getRole());
    JsonAnswer.text(out, "created", administrator.getCreated());
    JsonAnswer.text(out, "notAfter", administrator.getNotAfter());
  }
}
