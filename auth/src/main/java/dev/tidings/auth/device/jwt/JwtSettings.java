package dev.tidings.auth.device.jwt;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which tokens are accepted.
 *
 * @param issuers who may sign them
 * @param audience that a token has to name, if it has to name one
 * @param trustedHosts hosts of issuers' URLs that may be at private addresses, and asked by http
 */
public record JwtSettings(
    List<IssuerSetting> issuers, Optional<String> audience, Set<String> trustedHosts) {}
