"""A device with Eclipse Paho for Python that proves itself, as its documentation has it: by a password, or by a certificate
within TLS. Registers an app and prints the answer, or the code with which its connection was refused."""

import os
import sys

import paho.mqtt.client as mqtt

host, port, serial = sys.argv[1], int(sys.argv[2]), sys.argv[3]
version = mqtt.MQTTv5 if sys.argv[4] == "5" else mqtt.MQTTv311
environment = os.environ.get


def on_connect(client, userdata, flags, code, properties=None):
    refusal = getattr(code, "value", code)
    if refusal != 0:
        print("refused", refusal, flush=True)
        os._exit(0)
    client.subscribe("$tidings/registered")


def on_subscribe(client, userdata, mid, codes, properties=None):
    client.publish("$tidings/register", '{"app":"com.example.news"}', qos=1)


def on_message(client, userdata, message):
    print("registered", message.payload.decode(), flush=True)
    client.disconnect()


arguments = {"client_id": serial, "protocol": version}
if hasattr(mqtt, "CallbackAPIVersion"):
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION1, **arguments)
else:
    client = mqtt.Client(**arguments)
client.on_connect = on_connect
client.on_subscribe = on_subscribe
client.on_message = on_message
if environment("PASSWORD"):
    client.username_pw_set("device", environment("PASSWORD"))
if environment("AUTHORITY"):
    client.tls_set(environment("AUTHORITY"), environment("CERTIFICATE"), environment("KEY"))
client.connect(host, port)
client.loop_forever()
