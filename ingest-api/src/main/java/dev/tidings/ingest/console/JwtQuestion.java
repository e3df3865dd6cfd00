package dev.tidings.ingest.console;

import dev.tidings.auth.TokenVerdict;
import dev.tidings.auth.device.jwt.DeviceTokenCheck;
import dev.tidings.auth.device.jwt.IssuerDirectory.Entry;
import dev.tidings.auth.provider.ProviderTokenCheck;
import dev.tidings.control.ControlKind;
import dev.tidings.control.ControlReader;
import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.BadRequestException;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.ingest.provider.ControlDirectory;
import dev.tidings.schemas.avro.Issuer;
import java.time.InstantSource;
import java.util.Optional;

/**
 * {@code POST /v1/admin/checks/jwt}: whether a token of a provider or of a device would be accepted
 * now, and if not, why. The token is looked at, and kept nowhere.
 */
final class JwtQuestion {
  private static final String PATH = "/v1/admin/checks/jwt";
  private static final String JWT = "jwt";
  private static final String KIND = "kind";

  private final ProviderTokenCheck providers;
  private final DeviceTokenCheck devices;

  private JwtQuestion(ProviderTokenCheck providers, DeviceTokenCheck devices) {
    this.providers = providers;
    this.devices = devices;
  }

  /** Creates one that knows what administrators have entered. */
  static JwtQuestion of(ControlReader entries, InstantSource clock) {
    return new JwtQuestion(
        new ProviderTokenCheck(new ControlDirectory(entries), clock),
        new DeviceTokenCheck(
            name -> entries.entry(ControlKind.ISSUER, name).map(JwtQuestion::issuer),
            () -> entries.isComplete(),
            clock));
  }

  private static Entry issuer(Issuer issuer) {
    return new Entry(
        issuer.getTeam(),
        Optional.ofNullable(issuer.getKeysUrl()),
        Optional.ofNullable(issuer.getKeySet()),
        Optional.ofNullable(issuer.getAudience()),
        Optional.ofNullable(issuer.getApps()),
        issuer.getCreated());
  }

  AdminOperation operation() {
    return AdminOperation.asking(PATH, this::answer);
  }

  private Response answer(AdminRequest request) {
    var fields = request.fields(JWT, KIND);
    String jwt = fields.needText(JWT).strip();
    String kind = fields.needText(KIND);
    TokenVerdict verdict =
        switch (kind) {
          case "provider" -> providers.check(jwt);
          case "device" -> devices.check(jwt);
          default -> throw new BadRequestException(KIND, kind, "provider or device");
        };
    return JsonAnswer.ok(out -> {
      switch (verdict) {
        case TokenVerdict.Accepted(String owner) -> {
          out.writeBooleanField("accepted", true);
          out.writeStringField("owner", owner);
        }
        case TokenVerdict.Refused(String why) -> {
          out.writeBooleanField("accepted", false);
          out.writeStringField("reason", why);
        }
        case TokenVerdict.Undecided(String missing) -> {
          out.writeNullField("accepted");
          out.writeStringField("reason", missing);
        }
      }
    });
  }
}
