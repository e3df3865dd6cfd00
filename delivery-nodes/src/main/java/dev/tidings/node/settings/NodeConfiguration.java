package dev.tidings.node.settings;

import dev.tidings.node.parked.CollapseKeys;
import dev.tidings.node.transport.MqttFrontSettings;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.context.ServiceInstance;
import dev.tidings.service.context.TokenKeySetting;

/**
 * The configuration as far as it can be checked without another service.
 *
 * @param clients creates the Kafka clients
 * @param instance this process
 * @param keys sign and check device tokens
 */
public record NodeConfiguration(
    Config config,
    ServiceInstance instance,
    TokenKeys keys,
    NodeEndpoints endpoints,
    CollapseKeys collapseKeys,
    DeviceAuthentication authentication,
    MqttFrontSettings front,
    LogClients clients,
    NodeTls tls) {
  public static final String COMMAND = "delivery-node";

  /**
   * Reads the settings.
   *
   * @throws ConfigException if they do not fit together
   */
  public static NodeConfiguration of(Config config) {
    TokenKeys keys = TokenKeySetting.of(config);
    ServiceInstance instance = ServiceInstance.of(COMMAND, config);
    NodeEndpoints endpoints = NodeEndpoints.of(config, instance.clients().brokers());
    CollapseKeys collapseKeys = new CollapseKeys(DeliverySettings.keepLatest(config));
    DeviceAuthentication authentication = DeviceAuthentication.of(config);
    MqttFrontSettings front = FrontSettings.of(config);
    requireFixedPort(config);
    NodeSettings.ownTags(config);
    LogClients clients = new LogClients(config, instance);
    NodeTls tls = NodeTls.of(config);
    NodeOpenPorts.check(config);
    return new NodeConfiguration(
        config, instance, keys, endpoints, collapseKeys, authentication, front, clients, tls);
  }

  /**
   * Checks that a static member has a fixed port: it keeps its partitions without a rebalance, so
   * the others would not learn of a new port.
   */
  private static void requireFixedPort(Config config) {
    if (config.get(NodeSettings.GROUP_INSTANCE_ID).isPresent()
        && config.get(InternalSettings.INTERNAL_PORT) == 0) {
      throw ConfigException.of(
          InternalSettings.INTERNAL_PORT, 0, "a fixed port, for group.instance.id is set");
    }
  }
}
