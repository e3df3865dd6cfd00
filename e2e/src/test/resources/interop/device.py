"""A device with Eclipse Paho for Python, as its documentation has it: connects, subscribes with a handler, and prints the
topic of each message. With "keep" its session is kept, and it subscribes in its first connection only. With "replay" it
asks for its history as soon as it is subscribed, and prints the answer."""

import sys

import paho.mqtt.client as mqtt

host, port, serial, keep = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4] == "keep"
replay = sys.argv[4] == "replay"
subscribed = False


def on_connect(client, userdata, flags, code):
    global subscribed
    if not keep or not subscribed:
        client.subscribe("tidings/#", qos=1)
        subscribed = True


def on_subscribe(client, userdata, mid, codes):
    if replay:
        client.publish("$tidings/replay", '{"since":0}', qos=1)


def on_replayed(client, userdata, message):
    print(message.topic, message.payload.decode(), flush=True)


def on_notification(client, userdata, message):
    print(message.topic, flush=True)


def client_of(serial, clean):
    if hasattr(mqtt, "CallbackAPIVersion"):
        return mqtt.Client(mqtt.CallbackAPIVersion.VERSION1, client_id=serial, clean_session=clean)
    return mqtt.Client(client_id=serial, clean_session=clean)


client = client_of(serial, not keep)
client.on_connect = on_connect
client.on_subscribe = on_subscribe
client.message_callback_add("tidings/#", on_notification)
client.message_callback_add("$tidings/replayed", on_replayed)
client.connect(host, port)
client.loop_forever()
