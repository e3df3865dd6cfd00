package dev.tidings.ingest.console;

import dev.tidings.http.Response;
import dev.tidings.ingest.accept.RevocationLookup;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.JsonFields;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.schemas.token.TokenCheck;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.Token;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/admin/checks/token}: what is known of a token without a look at its device. With
 * a body, for URLs are kept in many places.
 */
final class TokenQuestion {
  private static final String PATH = "/v1/admin/checks/token";
  private static final String TOKEN = "token";
  private static final String APP = "app";

  private final TokenCheck tokens;
  private final RevocationLookup revocations;

  TokenQuestion(TokenCheck tokens, RevocationLookup revocations) {
    this.tokens = tokens;
    this.revocations = revocations;
  }

  AdminOperation operation() {
    return AdminOperation.asking(PATH, this::answer);
  }

  private Response answer(AdminRequest request) {
    JsonFields fields = request.fields(TOKEN, APP);
    Token token = Token.parse(fields.needText(TOKEN));
    TokenCheck.Result result = tokens.check(token, new AppId(fields.needText(APP)));
    @Nullable Boolean revoked = null;
    @Nullable Instant since = null;
    try {
      OptionalLong found = revocations.revokedSince(token);
      revoked = found.isPresent();
      since = found.isPresent() ? Instant.ofEpochMilli(found.getAsLong()) : null;
    } catch (RevocationLookup.UnknownException e) {
      // Still being read: null tells that.
    }
    @Nullable Boolean known = revoked;
    @Nullable Instant at = since;
    return JsonAnswer.ok(out -> {
      out.writeStringField("result", word(result));
      out.writeNumberField("keyId", token.bytes()[0] & 0xff);
      if (known == null) {
        out.writeNullField("revoked");
      } else {
        out.writeBooleanField("revoked", known);
      }
      JsonAnswer.text(out, "since", at);
    });
  }

  private static String word(TokenCheck.Result result) {
    return switch (result) {
      case GENUINE -> "genuine";
      case OTHER_APP -> "other-app";
      case FORGED -> "forged";
      case UNDECIDED -> "undecided";
    };
  }
}
