package dev.tidings.control.decide;

import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKind;
import dev.tidings.control.credential.IssuerKeySource;
import dev.tidings.control.decide.RefusedDecisionException.Reason;
import dev.tidings.schemas.avro.Issuer;
import dev.tidings.schemas.value.PlainText;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/** Decisions about who signs the tokens of devices. */
public final class DeviceIssuers {
  /** How many there may be: each delivery node keeps the keys of all. */
  public static final int MOST = 1_000;

  /** The form of a name, in words. */
  public static final String NAME_FORM = "1 to 200 printable ASCII characters without spaces";

  private static final Pattern NAME = Pattern.compile("[\\x21-\\x7e]{1,200}");
  private static final int LONGEST_AUDIENCE = 200;

  /** What an audience has to be. */
  public static final String AUDIENCE_FORM =
      "1 to " + LONGEST_AUDIENCE + " characters, none a control character";

  private DeviceIssuers() {}

  /** Returns whether this is a name. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /**
   * Enters one.
   *
   * @param name the {@code iss} of its tokens
   * @param scope whose devices' tokens it signs, and which apps they may register
   * @param audience what the tokens' {@code aud} has to contain; empty for what the setting says
   */
  public static ControlChange<Issuer> create(
      ControlEntries entries,
      String name,
      KeyScope scope,
      IssuerKeySource keys,
      Optional<String> audience,
      Instant now) {
    if (!isName(name)) {
      throw new RefusedDecisionException(Reason.INVALID, "issuer", name, NAME_FORM);
    }
    if (entries.exists(ControlKind.ISSUER, name)) {
      throw new RefusedDecisionException(
          Reason.TAKEN, "issuer", name, "one that has not been entered yet");
    }
    int there = entries.entries(ControlKind.ISSUER).size();
    if (there >= MOST) {
      throw new RefusedDecisionException(
          Reason.INVALID, "issuers", there + " already", "fewer than " + MOST);
    }
    audience.ifPresent(DeviceIssuers::requireAudience);
    Issuer issuer =
        new Issuer(
            scope.team(),
            keys.url().orElse(null),
            keys.keySet().orElse(null),
            audience.orElse(null),
            scope.apps(),
            now);
    return ControlChange.put(
        ControlKind.ISSUER, name, issuer, "issuer create: " + scope.words() + ", " + keys.words());
  }

  private static void requireAudience(String audience) {
    if (!isAudience(audience)) {
      throw new RefusedDecisionException(Reason.INVALID, "audience", audience, AUDIENCE_FORM);
    }
  }

  /** Returns whether tokens may have to contain it in their {@code aud}. */
  public static boolean isAudience(String audience) {
    return !audience.isBlank()
        && audience.length() <= LONGEST_AUDIENCE
        && PlainText.isPlain(audience);
  }

  /** Returns one that has to be there. */
  public static Issuer find(ControlEntries entries, String name) {
    return entries
        .entry(ControlKind.ISSUER, name)
        .orElseThrow(RefusedDecisionException.absent("issuer", name, "one that has been entered"));
  }

  /** Deletes one, also one whose entry cannot be read: it may be read elsewhere. */
  public static ControlChange<Issuer> delete(ControlEntries entries, String name) {
    boolean unreadable = entries.isUnreadable(ControlKind.ISSUER, name);
    String words = unreadable ? "unreadable" : words(find(entries, name));
    return ControlChange.remove(ControlKind.ISSUER, name, "issuer delete: " + words);
  }

  private static String words(Issuer issuer) {
    return new KeyScope(issuer.getTeam(), issuer.getApps()).words();
  }
}
