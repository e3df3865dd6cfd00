package dev.tidings.ingest.admin.entry;

import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlKind;
import dev.tidings.control.credential.IssuerKeySource;
import dev.tidings.control.decide.DeviceIssuers;
import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.BadRequestException;
import dev.tidings.ingest.admin.request.Decisions;
import dev.tidings.ingest.admin.request.JsonFields;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.schemas.avro.Issuer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The operations on issuers, who sign the tokens of devices. */
public final class IssuerOperations {
  private static final String PATH = "/v1/admin/issuers";
  private static final String ISSUER = "issuer";
  private static final String KEYS_URL = "keysUrl";
  private static final String KEY_SET = "keySet";
  private static final String PUBLIC_KEY = "publicKey";
  private static final String AUDIENCE = "audience";

  private final Decisions decisions;
  private final InstantSource clock;
  private final EntryReading<Issuer> reading;

  public IssuerOperations(Decisions decisions, InstantSource clock) {
    this.decisions = decisions;
    this.clock = clock;
    this.reading =
        new EntryReading<>(decisions, ControlKind.ISSUER, "issuers", PATH, EntryJson::issuer);
  }

  /** Returns them. An issuer is often a URL, so in a path its characters are percent-encoded. */
  public List<AdminOperation> all() {
    String one = PATH + "/{issuer}";
    return List.of(
        AdminOperation.of("GET", PATH, request -> reading.ofTeam(request, Issuer::getTeam)),
        AdminOperation.of("POST", PATH, this::create),
        AdminOperation.of("GET", one, request -> reading.one(name(request), DeviceIssuers::find)),
        AdminOperation.of("DELETE", one, this::delete));
  }

  private static String name(AdminRequest request) {
    return request.decodedParameter(ISSUER);
  }

  private Response create(AdminRequest request) throws InterruptedException {
    JsonFields fields =
        request.fields(
            ISSUER, ScopeFields.TEAM, KEYS_URL, KEY_SET, PUBLIC_KEY, AUDIENCE, ScopeFields.APPS);
    String name = fields.needText(ISSUER);
    IssuerKeySource keys = keys(fields);
    ControlChange<Issuer> made =
        decisions.take(
            request.author(),
            (entries, changes) -> {
              ControlChange<Issuer> issuer =
                  DeviceIssuers.create(
                      entries,
                      name,
                      ScopeFields.read(entries, fields),
                      keys,
                      fields.text(AUDIENCE),
                      EntryTime.now(clock));
              changes.write(issuer);
              return issuer;
            });
    return JsonAnswer.created(
        PATH + "/" + encoded(name), reading.members(name, made.entry().orElseThrow()));
  }

  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8);
  }

  private static IssuerKeySource keys(JsonFields fields) {
    Optional<String> url = fields.text(KEYS_URL);
    Optional<String> keySet = fields.object(KEY_SET);
    Optional<String> publicKey = fields.text(PUBLIC_KEY);
    long given = List.of(url, keySet, publicKey).stream().filter(Optional::isPresent).count();
    if (given != 1) {
      throw new BadRequestException(
          "member",
          given == 0 ? "missing" : given + " of these",
          "one of " + String.join(", ", KEYS_URL, KEY_SET, PUBLIC_KEY));
    }
    if (url.isPresent()) {
      return IssuerKeySource.atUrl(KEYS_URL, url.get());
    }
    if (publicKey.isPresent()) {
      String pem = publicKey.get();
      return IssuerKeySource.ofPublicKey(PUBLIC_KEY, pem.length() + " characters", pem);
    }
    byte[] json = keySet.orElseThrow().getBytes(StandardCharsets.UTF_8);
    return IssuerKeySource.ofKeySet(KEY_SET, json.length + " bytes", json);
  }

  private Response delete(AdminRequest request) throws InterruptedException {
    String name = name(request);
    decisions.take(
        request.author(),
        (entries, changes) -> {
          changes.write(DeviceIssuers.delete(entries, name));
          return name;
        });
    return JsonAnswer.done();
  }
}
