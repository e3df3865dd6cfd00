package dev.tidings.service.context;

import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.LogSettings;
import dev.tidings.service.kafka.client.KafkaClients;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Which process this is, read once from its configuration.
 *
 * @param service the service's command, a tag of all its meters
 * @param name its name in traces and in front of the names of its Kafka clients
 * @param topics the names of its installation's topics, groups and subjects
 * @param clients makes its Kafka clients
 */
public record ServiceInstance(
    String service, String name, TopicNames topics, KafkaClients clients) {

  /**
   * Reads it.
   *
   * @throws dev.tidings.service.config.ConfigException if Kafka accepts no such value of a setting
   */
  public static ServiceInstance of(String service, Config config) {
    String name =
        config
            .get(LogSettings.INSTANCE_ID)
            .orElseGet(() -> hostName() + "-" + ProcessHandle.current().pid());
    return new ServiceInstance(
        service,
        name,
        new TopicNames(LogSettings.topicPrefix(config)),
        KafkaClients.of(config, name));
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
