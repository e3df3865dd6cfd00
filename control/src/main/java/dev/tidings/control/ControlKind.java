package dev.tidings.control;

import dev.tidings.schemas.avro.Administrator;
import dev.tidings.schemas.avro.ApiKey;
import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.avro.DailyCap;
import dev.tidings.schemas.avro.Issuer;
import dev.tidings.schemas.avro.Limit;
import dev.tidings.schemas.avro.ProviderKey;
import dev.tidings.schemas.avro.Team;
import dev.tidings.schemas.avro.Webhook;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/**
 * A kind of entry.
 *
 * @param name how the keys of its entries begin
 * @param type its Avro record
 */
public record ControlKind<E extends SpecificRecord>(String name, Class<E> type) {
  /** Teams, named by their ids. */
  public static final ControlKind<Team> TEAM = new ControlKind<>("team", Team.class);

  /** Apps, named by their bundle ids. */
  public static final ControlKind<App> APP = new ControlKind<>("app", App.class);

  /** The keys of providers' tokens, named by their ids. */
  public static final ControlKind<ProviderKey> PROVIDER_KEY =
      new ControlKind<>("provider-key", ProviderKey.class);

  /** API keys, named by their ids, which are no secret. */
  public static final ControlKind<ApiKey> API_KEY = new ControlKind<>("api-key", ApiKey.class);

  /** How much may be sent, named {@code team/} and a team's id, or {@code app/} and a bundle id. */
  public static final ControlKind<Limit> LIMIT = new ControlKind<>("limit", Limit.class);

  /** How many a day, named by a bundle id, a slash, and a category or {@code none}. */
  public static final ControlKind<DailyCap> DAILY_CAP =
      new ControlKind<>("daily-cap", DailyCap.class);

  /** Who signs the tokens of devices, named by their {@code iss}. */
  public static final ControlKind<Issuer> ISSUER = new ControlKind<>("issuer", Issuer.class);

  /** Where receipts are sent, named by their ids. */
  public static final ControlKind<Webhook> WEBHOOK = new ControlKind<>("webhook", Webhook.class);

  /** Who may use the admin port, named by the ids of their credentials. */
  public static final ControlKind<Administrator> ADMINISTRATOR =
      new ControlKind<>("administrator", Administrator.class);

  /** Returns all kinds. */
  static List<ControlKind<?>> all() {
    return List.of(
        TEAM, APP, PROVIDER_KEY, API_KEY, LIMIT, DAILY_CAP, ISSUER, WEBHOOK, ADMINISTRATOR);
  }
}
