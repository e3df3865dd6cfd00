package dev.tidings.service.installation;

import dev.tidings.schemas.token.TokenKeys;
import java.util.Optional;

/**
 * The configuration of a process that must agree with that of the others.
 *
 * @param installation the id of the installation it belongs to; empty: the one recorded in the log
 * @param keys its token keys, if it needs any
 * @param makesTokens whether it creates tokens; otherwise it checks them
 */
public record Member(Optional<String> installation, Optional<TokenKeys> keys, boolean makesTokens) {

  OwnKeys ownKeys() {
    return keys.map(all -> OwnKeys.of(all, makesTokens)).orElseGet(OwnKeys::none);
  }
}
