package dev.tidings.e2e;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import dev.tidings.infra.process.HostPort;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallbackExtended;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/**
 * MQTT libraries that nobody here wrote, each used as its manual says: connect, then subscribe with
 * a handler; come back by itself when the connection is lost.
 */
enum MqttLibrary {
  HIVEMQ_3 {
    @Override
    Device start(HostPort server, String serial, boolean keep, Consumer<String> topics)
        throws Exception {
      Mqtt3AsyncClient client =
          MqttClient.builder()
              .useMqttVersion3()
              .identifier(serial)
              .serverHost(server.host())
              .serverPort(server.port())
              .automaticReconnectWithDefaultConfig()
              .buildAsync();
      client.connectWith().cleanSession(!keep).send().get(30, TimeUnit.SECONDS);
      client
          .subscribeWith()
          .topicFilter(FILTER)
          .qos(MqttQos.AT_LEAST_ONCE)
          .callback(publish -> topics.accept(publish.getTopic().toString()))
          .send()
          .get(30, TimeUnit.SECONDS);
      return () -> client.disconnect().get(30, TimeUnit.SECONDS);
    }
  },
  HIVEMQ_5 {
    @Override
    Device start(HostPort server, String serial, boolean keep, Consumer<String> topics)
        throws Exception {
      Mqtt5AsyncClient client =
          MqttClient.builder()
              .useMqttVersion5()
              .identifier(serial)
              .serverHost(server.host())
              .serverPort(server.port())
              .automaticReconnectWithDefaultConfig()
              .buildAsync();
      client
          .connectWith()
          .cleanStart(!keep)
          .sessionExpiryInterval(keep ? 3600 : 0)
          .send()
          .get(30, TimeUnit.SECONDS);
      client
          .subscribeWith()
          .topicFilter(FILTER)
          .qos(MqttQos.AT_LEAST_ONCE)
          .callback(publish -> topics.accept(publish.getTopic().toString()))
          .send()
          .get(30, TimeUnit.SECONDS);
      return () -> client.disconnect().get(30, TimeUnit.SECONDS);
    }
  },
  PAHO_3 {
    @Override
    Device start(HostPort server, String serial, boolean keep, Consumer<String> topics)
        throws Exception {
      MqttAsyncClient client =
          new MqttAsyncClient("tcp://" + server, serial, new MemoryPersistence());
      client.setCallback(
          new MqttCallbackExtended() {
            @Override
            public void connectComplete(boolean again, String uri) {
              if (!keep || !again) {
                try {
                  client.subscribe(FILTER, 1);
                } catch (MqttException e) {
                  throw new IllegalStateException(e);
                }
              }
            }

            @Override
            public void messageArrived(String topic, MqttMessage message) {
              topics.accept(topic);
            }

            @Override
            public void connectionLost(Throwable cause) {}

            @Override
            public void deliveryComplete(IMqttDeliveryToken token) {}
          });
      MqttConnectOptions options = new MqttConnectOptions();
      options.setCleanSession(!keep);
      options.setAutomaticReconnect(true);
      client.connect(options).waitForCompletion(30_000);
      return () -> {
        client.disconnectForcibly(0, 5_000);
        client.close(true);
      };
    }
  },
  PAHO_5 {
    @Override
    Device start(HostPort server, String serial, boolean keep, Consumer<String> topics)
        throws Exception {
      var client =
          new org.eclipse.paho.mqttv5.client.MqttAsyncClient(
              "tcp://" + server,
              serial,
              new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
      client.setCallback(
          new MqttCallback() {
            @Override
            public void connectComplete(boolean again, String uri) {
              if (!keep || !again) {
                try {
                  client.subscribe(FILTER, 1);
                } catch (org.eclipse.paho.mqttv5.common.MqttException e) {
                  throw new IllegalStateException(e);
                }
              }
            }

            @Override
            public void messageArrived(
                String topic, org.eclipse.paho.mqttv5.common.MqttMessage message) {
              topics.accept(topic);
            }

            @Override
            public void disconnected(MqttDisconnectResponse response) {}

            @Override
            public void mqttErrorOccurred(org.eclipse.paho.mqttv5.common.MqttException error) {}

            @Override
            public void deliveryComplete(IMqttToken token) {}

            @Override
            public void authPacketArrived(int reasonCode, MqttProperties properties) {}
          });
      MqttConnectionOptions options = new MqttConnectionOptions();
      options.setCleanStart(!keep);
      options.setSessionExpiryInterval(keep ? 3600L : 0L);
      options.setAutomaticReconnect(true);
      client.connect(options).waitForCompletion(30_000);
      return () -> {
        client.disconnectForcibly(0, 5_000, false);
        client.close(true);
      };
    }
  };

  private static final String FILTER = "tidings/#";

  /** A client that runs. */
  interface Device extends AutoCloseable {}

  /** Starts one. */
  @FunctionalInterface
  interface Start {
    Device start(HostPort server, String serial, boolean keep, Consumer<String> topics)
        throws Exception;
  }

  /**
   * Connects and subscribes.
   *
   * @param keep whether the session is to be kept: then it subscribes in its first connection only
   * @param topics hears on which topic each message came
   */
  abstract Device start(HostPort server, String serial, boolean keep, Consumer<String> topics)
      throws Exception;
}
