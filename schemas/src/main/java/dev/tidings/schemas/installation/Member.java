package dev.tidings.schemas.installation;

import dev.tidings.schemas.token.TokenKeys;
import java.util.Optional;

/**
 * What a process was told that it has to have in common with the others.
 *
 * @param installation the id of the installation it belongs to; empty: whichever it finds
 * @param keys its token keys, if it needs any
 * @param makesTokens whether it makes tokens; else it takes them
 */
public record Member(Optional<String> installation, Optional<TokenKeys> keys, boolean makesTokens) {

  OwnKeys ownKeys() {
    return keys.map(all -> OwnKeys.of(all, makesTokens)).orElseGet(OwnKeys::none);
  }
}
