package dev.tidings.node;

import dev.tidings.auth.device.jwt.IssuerDirectory;
import dev.tidings.node.register.RevocationCheck;
import dev.tidings.node.register.RevocationsTail;
import dev.tidings.node.register.RevokedTokens;
import dev.tidings.node.settings.DeviceAuthentication;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.service.health.Health;
import dev.tidings.service.health.HealthCheck;

/**
 * The authentication of devices and the revoked tokens, as a node uses them.
 *
 * @param authentication decides who a device is
 * @param revoked the tokens revoked lately
 * @param revocations reads which tokens are revoked
 * @param revocationsRead healthy once the revocations are read to their end
 */
record DeviceAccess(
    DeviceAuthentication.Started authentication,
    RevokedTokens revoked,
    RevocationsTail revocations,
    HealthCheck revocationsRead) {
  /** About 150 bytes each. */
  private static final int REVOKED_IN_MEMORY = 65_536;

  /** Starts the authentication of devices, and the reading of revocations. */
  static DeviceAccess start(NodeContext node) {
    DeviceAuthentication.Started authentication =
        node.configuration()
            .authentication()
            .start(
                node.lifecycle(),
                node.readiness(),
                node.metrics(),
                () -> issuers(node),
                node.clock());
    RevokedTokens revoked = new RevokedTokens(REVOKED_IN_MEMORY);
    String topic = node.names().of(LogTopics.REVOCATIONS);
    RevocationsTail revocations =
        new RevocationsTail(
            node.clients().table("revocations"),
            topic,
            revoked,
            new RevocationCheck(node.registry()),
            REVOKED_IN_MEMORY,
            () -> node.service().damaged().trouble(topic));
    NodeGauges.bind(node.metrics(), revocations);
    revocations.start();
    node.lifecycle().onStop("revocations", NodeContext.SOON, revocations::close);
    HealthCheck revocationsRead = () -> Health.unless(revocations.waitsFor());
    node.readiness().add("revocations", revocationsRead);
    return new DeviceAccess(authentication, revoked, revocations, revocationsRead);
  }

  private static IssuerDirectory issuers(NodeContext node) {
    return EnteredIssuersFollowing.start(
        node.lifecycle(),
        node.readiness(),
        node.metrics(),
        node.clients().control(node.names().of(LogTopics.CONTROL), node.topicAdmin()),
        node.registry(),
        node.clock());
  }
}
