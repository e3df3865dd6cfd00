"""A device with Eclipse Paho for Python, which pays no heed to what a CONNACK allows: registers twenty apps at once, each with
the given QoS, and prints how often it was connected by the time that all are acknowledged. Usage: careless.py PORT VERSION QOS"""

import sys

import paho.mqtt.client as mqtt

port, version, qos = (int(argument) for argument in sys.argv[1:4])
connections = 0
published = 0


def on_connect(client, userdata, flags, code, properties=None):
    global connections
    connections += 1
    if connections == 1:
        for number in range(20):
            client.publish("$tidings/register", '{"app":"com.example.app%d"}' % number, qos)
    elif connections == 5:
        client.disconnect()


def on_publish(client, userdata, number):
    global published
    published += 1
    if published == 20:
        client.disconnect()


def client_of(serial):
    if hasattr(mqtt, "CallbackAPIVersion"):
        return mqtt.Client(mqtt.CallbackAPIVersion.VERSION1, client_id=serial, protocol=version)
    return mqtt.Client(client_id=serial, protocol=version)


client = client_of("phone-1")
client.on_connect = on_connect
client.on_publish = on_publish
client.connect("127.0.0.1", port)
client.loop_forever()
print(f"connected {connections}, acknowledged {published}")
