/* A device with Eclipse Paho C, as its samples have it: connects, subscribes, and prints the topic of each message. With
   "keep" its session is kept, and it subscribes in its first connection only. */
#include <MQTTAsync.h>
#include <stdio.h>
#include <string.h>

static MQTTAsync client;
static int keep;
static int subscribed;

static void connected(void *context, char *cause) {
  if (!keep || !subscribed) {
    MQTTAsync_responseOptions options = MQTTAsync_responseOptions_initializer;
    subscribed = 1;
    MQTTAsync_subscribe(client, "tidings/#", 1, &options);
  }
}

static int arrived(void *context, char *topic, int length, MQTTAsync_message *message) {
  printf("%s\n", topic);
  fflush(stdout);
  MQTTAsync_freeMessage(&message);
  MQTTAsync_free(topic);
  return 1;
}

int main(int count, char **arguments) {
  char server[256];
  MQTTAsync_connectOptions options = MQTTAsync_connectOptions_initializer;
  if (count != 5) {
    return 2;
  }
  snprintf(server, sizeof server, "tcp://%s:%s", arguments[1], arguments[2]);
  keep = strcmp(arguments[4], "keep") == 0;
  if (MQTTAsync_create(&client, server, arguments[3], MQTTCLIENT_PERSISTENCE_NONE, NULL) != MQTTASYNC_SUCCESS) {
    return 1;
  }
  MQTTAsync_setCallbacks(client, NULL, NULL, arrived, NULL);
  MQTTAsync_setConnected(client, NULL, connected);
  options.cleansession = !keep;
  options.automaticReconnect = 1;
  if (MQTTAsync_connect(client, &options) != MQTTASYNC_SUCCESS) {
    return 1;
  }
  getchar(); /* Until whoever started it is done with it. */
  return 0;
}
